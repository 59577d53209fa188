/**
 * A failover of the database in the midst of the receiver's and the engines' work: of two PostgreSQL servers the primary is killed at
 * one of the things that clients send, the standby is promoted, and clients find it at the same address. Nothing that was answered
 * may be missing then, and nothing may be done twice. As many as fit into FAILOVER_SECONDS, other ones each day (CRASH_SEED).
 */
import { darks, openFailoverStage, type Strike } from './failover-stage.js';
import { findInstallation } from './postgres-pair.js';
import { problemOf } from './problem-of.js';
import { shuffled } from './shuffled.js';
import { moments } from './switching-proxy.js';

const budgetMs = Number(process.env.FAILOVER_SECONDS ?? 45) * 1_000;
const seed = Number(process.env.CRASH_SEED ?? Math.floor(Date.now() / 86_400_000));

/** Every way in which a failover may come, in the order of this day. */
function strikesIn(sent: number): Strike[] {
  return shuffled(
    Array.from({ length: sent }, (_, i) =>
      moments.flatMap((moment) => darks.map((dark) => ({ at: i + 1, moment, dark }))),
    ).flat(),
    seed,
  );
}

async function main(): Promise<void> {
  const installation = findInstallation();
  if (!installation) {
    console.log('Skipped: no PostgreSQL server is installed here that could be started.\n0 passed, 0 failed');
    return;
  }
  const untilMs = performance.now() + budgetMs;
  const stage = await openFailoverStage(installation);
  let [passed, failed, attention] = [0, 0, 0];
  const judge = (what: string, problem: string | undefined) => {
    if (problem === undefined) passed += 1;
    else failed += 1;
    if (problem !== undefined) console.log(`${what}: ${problem}`);
  };
  try {
    for (const { who, isRight, told } of await stage.whileOnlyReading()) {
      judge(`${who}, while there is only a server that reads`, isRight ? undefined : `was told ${told}`);
    }
    const pushes = await stage.pushes();
    judge('pushes without a failover', pushes.result);
    const chain = await stage.chain();
    judge('the chain without a failover', chain.result.state === 'finished' ? undefined : chain.result.state);

    const [atPushes, atChain] = [strikesIn(pushes.sent), strikesIn(chain.sent)];
    const made = { pushes: 0, chain: 0 };
    // Of three failovers one is among pushes.
    for (let number = 0; performance.now() < untilMs; number += 1) {
      const isPush = number % 3 === 0;
      const strike = (isPush ? atPushes : atChain).shift();
      if (!strike) break;
      const where = `${isPush ? 'pushes' : 'the chain'}, failover ${strike.moment} no. ${strike.at}, then ${strike.dark}`;
      const play = isPush
        ? stage.pushes(strike).then(({ result, struck }) => {
            if (struck) made.pushes += 1;
            return result;
          })
        : stage.chain(strike).then(({ result, struck }) => {
            if (struck) made.chain += 1;
            if (result.state === 'needs_attention') attention += 1;
            return problemOf(result, chain.result);
          });
      try {
        judge(where, await play);
      } catch (failure) {
        // With the servers in an unknown state every further one would fail, too.
        judge(where, String(failure));
        break;
      }
    }
    console.log(
      `seed ${seed}: ${made.pushes} failovers among pushes (of ${pushes.sent} things sent), ` +
        `${made.chain} in the midst of a chain (of ${chain.sent}); ${attention} asked for a person`,
    );
  } finally {
    await stage.close();
  }
  console.log(`\n${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}

// The servers end with this process, which has to end by itself for that.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const overdue = setTimeout(() => {
  console.log('The failovers do not end.\n0 passed, 1 failed');
  process.exit(1);
}, budgetMs + 120_000);
overdue.unref();
await main();
