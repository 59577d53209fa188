/** An access key. The three values of temporary credentials belong together and are replaced together. */
export interface Credentials {
  readonly ak: string;
  readonly sk: string;
  /** Only with temporary credentials; sent and signed as `X-Security-Token`. */
  readonly securityToken?: string | undefined;
}
