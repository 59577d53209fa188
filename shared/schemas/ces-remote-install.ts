import * as z from 'zod/mini';

/** The cloud wants a text; a number is what people write. */
export const port = z.pipe(
  z.transform((value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= 0 ? String(value) : value,
  ),
  z.string().check(z.minLength(1), z.maxLength(5)),
);

/** A host of a remote installation. `password` is a secret: it goes to the cloud and nowhere else. */
export const remoteInstallHost = z.strictObject({
  instance_name: z.optional(z.string().check(z.minLength(1), z.maxLength(128))),
  remote_ip: z.optional(z.string().check(z.regex(/^[0-9.]{1,15}$/, 'must be an IPv4 address, digits and dots only'))),
  user_name: z.optional(z.string().check(z.minLength(1), z.maxLength(16))),
  port: z.optional(port),
  password: z.optional(z.string().check(z.minLength(1), z.maxLength(3000))),
  remote_use_pem: z.optional(z.boolean()),
});
export type RemoteInstallHost = z.infer<typeof remoteInstallHost>;
