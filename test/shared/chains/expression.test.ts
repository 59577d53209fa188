import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkExpression, evaluate, expressionIn, isHalfExpression } from '../../../shared/chains/expression.js';
import { builtIns } from '../../../shared/chains/expression-variables.js';

const scope = {
  event: { task_id: 't-1', status: 'Success', ids: ['a', 'b'], one: ['a'] },
  steps: { upgrade: { result: { invocations: [{ instance_id: 'a', ok: true }] } } },
  item: 'roma-1',
  run: { created_at: '2026-11-25T00:00:00.000Z' },
};
const known = { item: true, steps: ['upgrade'] };

describe('an expression', () => {
  it.each([
    ['event.task_id', 't-1'],
    ["'firmware-' & event.task_id", 'firmware-t-1'],
    ["[event.ids.{'task_id': $}]", [{ task_id: 'a' }, { task_id: 'b' }]],
    ["[event.one.{'task_id': $}]", [{ task_id: 'a' }]],
    ['steps.upgrade.result.invocations[ok].instance_id', 'a'],
    ['item', 'roma-1'],
    ['run.created_at', '2026-11-25T00:00:00.000Z'],
    ["$map(event.ids, function($id) { $id & '-' & event.status })", ['a-Success', 'b-Success']],
    ['event.missing = 1', false],
    ['null', null],
    ['($all := event; $all.task_id)', 't-1'],
  ])('%s is found right and has its value', async (source, value) => {
    expect(checkExpression(source, known)).toEqual([]);
    expect(await evaluate(source, scope)).toEqual(value);
  });

  it('has the same value each time, and leaves the scope as it was', async () => {
    const before = structuredClone(scope);
    const source = '$map(event.ids, function($v, $i) { {"n": $i, "v": $v} })';
    expect(await evaluate(source, scope)).toEqual(await evaluate(source, scope));
    expect(scope).toEqual(before);
  });

  it('sees all of the scope, whether by name or as a whole', async () => {
    expect(await evaluate('$$', scope)).toEqual(scope);
    expect(await evaluate('$keys($$.steps)', scope)).toEqual('upgrade');
    expect(await evaluate('steps.*.result.invocations[0].ok', scope)).toBe(true);
    expect(await evaluate('$merge([$$, {"item": $$.run}]).item', scope)).toEqual(scope.run);
  });

  it('takes no copy of results that it does not name, as each of a thousand entries would', async () => {
    const uncopyable = { result: () => 'a function cannot be copied' };
    const steps = { ...scope.steps, list: uncopyable as never };
    expect(await evaluate("item & '-' & steps.upgrade.result.invocations[0].instance_id", { ...scope, steps })).toBe(
      'roma-1-a',
    );
  });

  it.each([
    ['event.nothing', 'has no value: what it names is not there.'],
    ['$sum(event.ids)', 'could not be evaluated (JSONata T0412).'],
    ['($f := function($n) { $f($n + 1) + 1 }; $f(1))', 'is nested deeper than 250 levels. Make it simpler.'],
    ['($f := function($n) { $f($n + 1) }; $f(1))', 'took longer than 250 ms. Make it simpler.'],
    ['[1..30000]', 'made a list of more than 20000 entries.'],
    ["$reduce([1..40], function($a, $v) { $a & $a }, 'xxxxxxxxxx')", 'made a text of more than 1000000 characters.'],
    ['1 / 0', 'gives a number without end or none at all'],
    ['{"limit": [1 / $count(event.nothing), 0 / 0]}', 'gives a number without end or none at all'],
    ['$uppercase', 'gives a function itself. Call it'],
    ['{"names": [$uppercase]}', 'gives a function itself. Call it'],
    ['function($x) { $x }', 'could not be evaluated (not as JSON).'],
  ])('without a value or within no bound is an error: %s', async (source, message) => {
    await expect(evaluate(source, scope)).rejects.toThrow(message);
  });

  it('that fails says nothing of the data', async () => {
    const secret = { ...scope, event: { password: 'hunter2-hunter2' } };
    const failure = await evaluate('$number(event.password)', secret).catch((error: unknown) => error);
    expect(String(failure)).not.toContain('hunter2');
  });
});

describe('the check of an expression', () => {
  it.each([
    ['$now()', 'uses $now'],
    ['$millis()', 'uses $millis'],
    ['$random() > 0.5', 'uses $random'],
    ['event.ids ~> $shuffle', 'uses $shuffle'],
    ['$now(?)', 'uses $now'],
    ['($f := $millis; $f())', 'uses $millis'],
    ["$eval('$random()')", 'uses $eval'],
    ["$pad('x', 100000000)", 'uses $pad'],
    ['event.ids[$ = $random()]', 'uses $random'],
    ['event.ids^($random())', 'uses $random'],
    ['event{status: $now()}', 'uses $now'],
    ['$match(event.a, /(a+)+$/)', 'uses a regular expression'],
    ['evnt.task_id', 'names evnt, which is not known. Did you mean event?'],
    ['[1, evnt]', 'names evnt'],
    ['event.ids[status = "x"] & foo', 'names foo'],
    ['$map(event.ids, function($v) { $v & foo })', 'names foo'],
    ['steps.later.result', 'names steps.later, which is no step before this one.'],
    ['event.(', 'is no JSONata'],
    ['$lenght(event.ids)', 'uses $lenght, which is not known. Did you mean $length?'],
    ['event.ids ~> $toText', 'uses $toText, which is not known. Give it a value with := before'],
    ['$evnt.task_id', 'uses $evnt, which is not known'],
    ['$map(event.ids, function($v) { $w })', 'uses $w, which is not known'],
  ])('refuses %s', (source, problem) => {
    expect(
      checkExpression(source, known)
        .map(({ text }) => text)
        .join('\n'),
    ).toContain(problem);
  });

  it.each([
    ['item.id', { item: false, steps: [] }, 'names item, which is there only in a step with for_each.'],
    [
      'steps.one.result',
      { item: false, steps: [] },
      'names steps.one, which is no step before this one. This is the first step.',
    ],
    ['nothing', { item: false, steps: ['one'] }, 'Known are event, steps, run.'],
  ])('refuses %s where %j', (source, there, problem) => {
    expect(checkExpression(source, there)).toMatchObject([{ text: expect.stringContaining(problem) }]);
  });

  it('counts where the mistake is', () => {
    expect(checkExpression('event.ok & evnt.no', known)).toMatchObject([{ position: 14 }]);
  });

  it.each([
    '($a := event.id; $f := function($x, $y) { $x & $y & $a }; $f(1, 2))',
    'event.ids@$e#$i.{"entry": $e, "at": $i}',
    '$$.event.ids[$ = 1] ~> $map($string)',
    'event ~> | $ | {"n": $sum($.ids)} |',
  ])('knows the variables of the expression itself: %s', (source) => {
    expect(checkExpression(source, known)).toEqual([]);
  });

  it('knows every function of the library, and no other', () => {
    const library = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8');
    const names = [...library.matchAll(/(?:staticFrame|environment)\.bind\('(\w+)'/g)].map(([, name]) => name);
    expect([...builtIns()].sort()).toEqual([...names].sort());
  });

  it('leaves names inside of something alone', () => {
    expect(checkExpression('event.ids[status = code].(anything & other)', known)).toEqual([]);
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (source) => {
        expect(Array.isArray(checkExpression(source, known))).toBe(true);
      }),
    );
  });
});

describe('the marks of an expression', () => {
  it.each([
    ['{% event %}', ' event '],
    ['  {%\n event\n%}\n', '\n event\n'],
    ['{%%}', ''],
    ['event', undefined],
    ['a {% event %}', undefined],
    ['{%}', undefined],
  ])('%j', (text, inner) => expect(expressionIn(text)).toBe(inner));

  it('are noticed where the text is only in part one', () => {
    expect([
      isHalfExpression('a {% b %}'),
      isHalfExpression('{% b'),
      isHalfExpression('{% b %}'),
      isHalfExpression('b'),
    ]).toEqual([true, true, false, false]);
  });
});
