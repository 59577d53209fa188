/** Words of a field name that mark its value as secret, whatever the value is. */
const secretWords = new Set('ak sk authorization cookie nonce signature token'.split(' '));
const secretNames = new Set(['accesskey', 'secretkey', 'securitykey', 'privatekey', 'apikey']);
/** These say it also where they are a part of a word: `DBPASSWORD`, `userPwd`, `authtoken`. */
const secretParts = /passw|pwd|secret|credential|tokens?$/;

/** The names in the log of a function are few and always the same; a hostile input's are not, hence the bound. */
const judgedNames = new Map<string, boolean>();
const mostJudgedNames = 500;

/** True for `X-Auth-Token`, `securityToken`, `HUAWEICLOUD_SDK_SK`, `DB_PWD`; false for `task_id`, `asked`. */
export function isSecretName(name: string): boolean {
  const known = judgedNames.get(name);
  if (known !== undefined) return known;
  const judged = judge(name);
  if (judgedNames.size < mostJudgedNames && name.length <= 64) judgedNames.set(name, judged);
  return judged;
}

function judge(name: string): boolean {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  return (
    words.some((word) => secretWords.has(word) || secretNames.has(word) || secretParts.test(word)) ||
    secretNames.has(words.slice(-2).join(''))
  );
}
