import { readFileSync } from 'node:fs';

/**
 * The most memory that this process has held, in MB. Linux counts what the parent held when it started a child as the child's own peak, and
 * resourceUsage() tells that; the kernel's page of the process tells its own.
 */
export function peakMemoryMb(): number {
  return Math.round((ownPeakKb() ?? process.resourceUsage().maxRSS) / 1024);
}

function ownPeakKb(): number | undefined {
  try {
    const [, kb] = /^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return kb === undefined ? undefined : Number(kb);
  } catch {
    // Other systems have no such page.
    return undefined;
  }
}
