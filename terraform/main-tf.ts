import type { DeployableFunction } from '../serverless/deployable.js';
import { secretVariables, type Template, type TemplateVariable } from '../serverless/template.js';
import { asTemplate, expression } from './escape.js';
import { asyncArguments, encryptedUserData, functionArguments, type Json, urnOf, userData } from './functions.js';
import { byIdentifier, identifier } from './names.js';
import { isSecretEvent, type Trigger, triggersOf, userEventVariable } from './triggers.js';

/** The first version of the provider with `huaweicloud_fgs_function_trigger` (its changelog, 6 March 2024). */
const oldestProvider = '>= 1.62.1';

/**
 * `main.tf.json` for the maintained provider `huaweicloud`: the functions of serverless.yml, their triggers and asynchronous
 * configuration. Each variable of serverless.yml becomes one of Terraform with the same default; secrets have none, are marked as
 * such, and no value of them is ever written.
 *
 * @param template serverless.yml with `placeOf(NAME)` in the place of each variable
 * @throws NameClashError
 */
export function mainTf({ service, variables }: Template): Json {
  const { region, functions } = asTemplate(service);
  const triggers = functions.flatMap(triggersOf);
  const withSecrets = functions.filter((fn) => secretVariables(fn).length > 0);
  const configuration = {
    provider: { huaweicloud: { region } },
    locals: {
      user_data: byIdentifier(functions.map((fn) => [fn.name, userData(fn)])),
      encrypted_user_data: byIdentifier(withSecrets.map((fn) => [fn.name, encryptedUserData(fn)])),
      event_data: byIdentifier(triggers.map(({ name, eventData }) => [name, eventData])),
    },
    resource: resources(functions, triggers),
    output: byIdentifier(functions.map((fn) => [`${fn.name}_urn`, { value: urnOf(fn.name) }])),
  };
  const text = JSON.stringify(configuration);
  const used = variables.filter(({ name }) => text.includes(expression(`var.${identifier(name)}`)));
  return {
    '//': 'Made by npm run terraform from serverless.yml; it is overwritten.',
    terraform: { required_providers: { huaweicloud: { source: 'huaweicloud/huaweicloud', version: oldestProvider } } },
    variable: { ...plainVariables(functions, used), ...secretInputs(functions) },
    ...configuration,
  };
}

function resources(functions: readonly DeployableFunction[], triggers: readonly Trigger[]): Json {
  const withAsync = functions.filter(({ asyncInvoke }) => asyncInvoke !== undefined);
  return {
    huaweicloud_fgs_function: byIdentifier(functions.map((fn) => [fn.name, functionArguments(fn)])),
    huaweicloud_fgs_function_trigger: byIdentifier(triggers.map((trigger) => [trigger.name, trigger.arguments])),
    huaweicloud_fgs_async_invoke_configuration: byIdentifier(withAsync.map((fn) => [fn.name, asyncArguments(fn)])),
  };
}

/** A default of the form `set-NAME` stands for none: Terraform then asks. */
function plainVariables(functions: readonly DeployableFunction[], variables: readonly TemplateVariable[]): Json {
  const secrets = functions.flatMap(secretVariables).map(identifier);
  const plain = variables.filter(({ name }) => !secrets.includes(identifier(name)));
  return byIdentifier(
    plain.map(({ name, fallback }) => {
      const isOpen = fallback === undefined || fallback === `set-${name}`;
      return [
        name,
        { type: 'string', description: `${name} of serverless.yml`, ...(isOpen ? {} : { default: fallback }) },
      ];
    }),
  );
}

function secretInputs(functions: readonly DeployableFunction[]): Json {
  const names = functions.flatMap(secretVariables);
  const events = functions.flatMap(({ timers }) => timers.filter(isSecretEvent));
  const secret = (description: string) => ({ type: 'string', description, sensitive: true });
  return {
    ...byIdentifier([...new Set(names)].map((name) => [name, secret(`${name}, encrypted by FunctionGraph`)])),
    ...byIdentifier(
      events.map((timer) => [userEventVariable(timer), secret(`What the timer ${timer.name} hands over`)]),
    ),
  };
}
