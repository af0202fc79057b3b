import {provide, provided} from './engine';

// The state of the page, which its link holds: fields by their names, and small files that were dropped.

const defaults = new Map<string, string>();
const values = new Map<string, string>();
const listeners = new Set<(name: string) => void>();
const mostPacked = 12_000; // characters of a file in a link

export function declare(name: string, initial: string): void {
  if (!defaults.has(name)) defaults.set(name, initial);
}
export function get(name: string): string {
  return values.get(name) ?? defaults.get(name) ?? '';
}
export function isDefault(name: string): boolean {
  return get(name) === (defaults.get(name) ?? '');
}
export function set(name: string, value: string): void {
  if (get(name) === value) return;
  values.set(name, value);
  listeners.forEach((each) => each(name));
}
/** Says that what a field names has changed, such as the text of a file. */
export function touch(name: string): void {
  listeners.forEach((each) => each(name));
}
export function onChange(listener: (name: string) => void): void {
  listeners.add(listener);
}

const linked = new Map<string, string>(); // packed files by their names

async function through(bytes: Uint8Array<ArrayBuffer>, stream: CompressionStream | DecompressionStream) {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(stream)).arrayBuffer());
}
/** Provides a file, and adds it to the link if it is small. \returns whether the link holds it */
export async function keepFile(name: string, text: string): Promise<boolean> {
  provide(name, text);
  linked.delete(name);
  if (text.length > 20 * mostPacked) return false;
  const packed = await through(new TextEncoder().encode(text), new CompressionStream('deflate-raw'));
  const base64 = btoa(String.fromCharCode(...packed.subarray(0, mostPacked + 1)));
  if (packed.length > (mostPacked * 3) / 4) return false;
  linked.set(name, base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', ''));
  return true;
}

/** The part of the link after #. */
export function link(view: string): string {
  const query = new URLSearchParams();
  const used = new Set<string>();
  for (const [name, value] of values) {
    if (value === defaults.get(name)) continue;
    query.set(name, value);
    used.add(value);
  }
  for (const [name, packed] of linked) if (used.has(name)) query.set('file.' + name, packed);
  const text = query.toString();
  return view + (text === '' ? '' : '?' + text);
}

/** Takes the state of a link. \returns its view */
export async function follow(hash: string): Promise<string> {
  const [view = '', text = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  values.clear();
  for (const [name, value] of new URLSearchParams(text)) {
    if (!name.startsWith('file.')) {
      if (defaults.has(name)) values.set(name, value);
      continue;
    }
    const file = name.slice(5);
    try {
      const bytes = Uint8Array.from(atob(value.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
      provide(file, new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw'))));
      linked.set(file, value);
    } catch {
      if (provided(file) === undefined) provide(file, ''); // the command that reads it says what is wrong
    }
  }
  return view;
}
