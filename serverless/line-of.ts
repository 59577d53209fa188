import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter, type ParsedNode } from 'yaml';
import type { Path } from './placeholders.js';

/**
 * The line of the key at a path or, where the file has no such key, of the nearest one above it.
 * @param textLine which line of a block text is meant, from 0: the text begins in the line after its key
 */
export function lineOf(document: Document.Parsed, lines: LineCounter, path: Path, textLine = 0): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const segment of path) {
    const step = stepInto(node, segment);
    if (!step) break;
    offset = step.offset;
    node = step.node;
  }
  const { line } = lines.linePos(offset);
  const isBlock = isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED');
  return isBlock ? line + 1 + textLine : line;
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
