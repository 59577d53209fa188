import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter, type ParsedNode } from 'yaml';
import type { Path } from './placeholders.js';

/** The line of the key at a path or, where the file has no such key, of the nearest one above it. */
export function lineOf(document: Document.Parsed, lines: LineCounter, path: Path): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const segment of path) {
    const step = stepInto(node, segment);
    if (!step) break;
    offset = step.offset;
    node = step.node;
  }
  return lines.linePos(offset).line;
}

function stepInto(node: unknown, segment: string | number): { node: unknown; offset: number } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isScalar(item.key) && String(item.key.value) === String(segment));
    return pair && isNode(pair.key) ? { node: pair.value, offset: startOf(pair.key as ParsedNode) } : undefined;
  }
  if (isSeq(node)) {
    const item = node.items[Number(segment)];
    return isNode(item) ? { node: item, offset: startOf(item as ParsedNode) } : undefined;
  }
  return undefined;
}

function startOf(node: ParsedNode): number {
  return node.range[0];
}
