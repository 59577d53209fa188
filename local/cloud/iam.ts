import * as z from 'zod/mini';
import { idOf } from './account.js';
import { type Call, type CloudOperation, errorReply, parseJson, type Reply } from './cloud-operation.js';
import type { IssuedToken } from './state.js';
import type { Tokens } from './tokens.js';
import type { World } from './world.js';

const named = z.object({ name: z.string() });

const tokenRequest = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.array(z.enum(['password', 'assume_role'])).check(z.minLength(1)),
      password: z.optional(z.object({ user: z.object({ name: z.string(), password: z.string(), domain: named }) })),
      assume_role: z.optional(
        z.object({
          domain_name: z.optional(z.string()),
          agency_name: z.optional(z.string()),
          xrole_name: z.optional(z.string()),
        }),
      ),
    }),
    scope: z.optional(
      z.object({
        project: z.optional(z.object({ name: z.optional(z.string()), id: z.optional(z.string()) })),
        domain: z.optional(z.object({ name: z.optional(z.string()), id: z.optional(z.string()) })),
      }),
    ),
  }),
});

type TokenRequest = z.infer<typeof tokenRequest>;

const credentialsRequest = z.object({
  auth: z.object({
    identity: z.object({
      methods: z.array(z.enum(['token', 'assume_role'])).check(z.minLength(1)),
      token: z.optional(z.object({ id: z.optional(z.string()), duration_seconds: z.optional(z.int()) })),
      assume_role: z.optional(
        z.object({
          agency_name: z.string(),
          domain_id: z.optional(z.string()),
          domain_name: z.optional(z.string()),
          duration_seconds: z.optional(z.int()),
        }),
      ),
    }),
  }),
});

/** An error as Keystone words it: a number for the code, and a title (signing guide, error body shapes). */
function keystoneError(code: number, title: string, message: string): Reply {
  return { status: code, body: { error: { code, message, title } } };
}

const refusedToken = keystoneError(401, 'Unauthorized', 'The X-Auth-Token is invalid!');
const malformed = keystoneError(400, 'Bad Request', 'The request body is invalid');
const wrongPassword = keystoneError(401, 'Unauthorized', 'The username or password is wrong.');

/** The three IAM calls that clients of the other services need. */
export function iamOperations(world: World, tokens: Tokens): CloudOperation[] {
  return [
    {
      name: 'iam.createToken',
      method: 'POST',
      path: '/v3/auth/tokens',
      anonymous: true,
      answer: (call) => createToken(world, tokens, call),
    },
    {
      name: 'iam.listProjects',
      method: 'GET',
      path: '/v3/projects',
      refusedToken,
      answer: (call) => listProjects(world, call),
    },
    {
      name: 'iam.createTemporaryCredentials',
      method: 'POST',
      path: '/v3.0/OS-CREDENTIAL/securitytokens',
      refusedToken,
      answer: (call) => createTemporaryCredentials(world, tokens, call),
    },
  ];
}

function createToken(world: World, tokens: Tokens, call: Call): Reply {
  const parsed = tokenRequest.safeParse(parseJson(call.body));
  if (!parsed.success) return malformed;
  const owner = ownerOf(world, tokens, call, parsed.data);
  if (typeof owner !== 'string') return owner;
  if (!scopeExists(world, parsed.data)) {
    return keystoneError(401, 'Unauthorized', 'The request you have made requires authentication.');
  }
  const issued = tokens.issueToken(owner);
  const token = describeToken(world, parsed.data, issued, call.query.get('nocatalog') === 'true');
  return { status: 201, headers: { 'x-subject-token': issued.token }, body: { token } };
}

/** The user whose password is right, or the agency that a good token takes on; else the refusal. */
function ownerOf(world: World, tokens: Tokens, call: Call, request: TokenRequest): string | Reply {
  const { methods, password, assume_role } = request.auth.identity;
  const { account } = world;
  if (methods[0] === 'password') {
    if (!password) return malformed;
    const { name, password: given, domain } = password.user;
    const right = name === account.user && given === account.password && domain.name === account.domain;
    return right ? name : wrongPassword;
  }
  const agency = assume_role?.agency_name ?? assume_role?.xrole_name;
  if (agency === undefined) return malformed;
  const token = tokens.findToken(call.headers.get('x-auth-token') ?? '');
  return token && token.expires_at > world.realNow() ? agency : refusedToken;
}

function scopeExists({ account }: World, request: TokenRequest): boolean {
  const { project, domain } = request.auth.scope ?? {};
  if (project)
    return (project.name ?? account.region) === account.region && (project.id ?? account.project) === account.project;
  return (domain?.name ?? account.domain) === account.domain;
}

function describeToken({ account }: World, request: TokenRequest, issued: IssuedToken, nocatalog: boolean): object {
  const domain = { id: idOf('domain', account.domain), name: account.domain };
  return {
    expires_at: iamTime(issued.expires_at),
    issued_at: iamTime(issued.issued_at),
    methods: request.auth.identity.methods,
    user: { id: idOf('user', issued.owner), name: issued.owner, domain, password_expires_at: '' },
    ...(request.auth.scope?.project ? { project: { id: account.project, name: account.region, domain } } : { domain }),
    roles: [{ id: '0', name: 'te_admin' }],
    ...(nocatalog ? {} : { catalog: [] }),
  };
}

function listProjects({ account }: World, call: Call): Reply {
  const name = call.query.get('name');
  const domainId = idOf('domain', account.domain);
  const project = {
    id: account.project,
    name: account.region,
    domain_id: domainId,
    parent_id: domainId,
    is_domain: false,
    enabled: true,
    description: '',
  };
  const projects = name === null || name === account.region ? [project] : [];
  return { status: 200, body: { projects, links: { self: '/v3/projects', next: null, previous: null } } };
}

/** 15 minutes by default, up to 24 hours. The v3.0 codes are not confirmed beyond their form. */
function createTemporaryCredentials(world: World, tokens: Tokens, call: Call): Reply {
  const parsed = credentialsRequest.safeParse(parseJson(call.body));
  if (!parsed.success) return errorReply(400, 'IAM.0011', 'The request body is invalid');
  const { token, assume_role } = parsed.data.auth.identity;
  const seconds = assume_role?.duration_seconds ?? token?.duration_seconds ?? 900;
  if (seconds < 900 || seconds > 86_400) {
    return errorReply(400, 'IAM.0011', 'duration_seconds must be from 900 to 86400');
  }
  const issued = tokens.issueCredentials(assume_role?.agency_name ?? world.account.user, seconds * 1000);
  const credential = {
    access: issued.ak,
    secret: issued.sk,
    securitytoken: issued.security_token,
    expires_at: iamTime(issued.expires_at),
  };
  return { status: 201, body: { credential } };
}

/** IAM writes microseconds: `2020-01-05T05:05:17.429000Z`. */
function iamTime(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}000Z`;
}
