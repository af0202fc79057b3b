import {instantiate, type Module} from './module';

// The engine off the page's thread: it answers one message after the other.

export interface Question {
  id: number;
  /** The words of commands, answered together. */
  commands: string[][];
  files: [string, string][];
  /** A file to return, that a command saves. */
  saved?: string;
}
export interface Answers {
  id: number;
  replies?: unknown[];
  saved?: string | undefined;
  progress?: [number, number];
  failure?: string;
  milliseconds?: number;
}

let compiled: WebAssembly.Module | undefined;
let engine: Module | undefined;
const files = new Map<string, string>();
let asked = 0;

// Answers are parsed here, so that a large one does not hold up the page. Whole numbers above 2^53 stay exact where the
// browser gives a number's digits.
function parse(text: string): unknown {
  return JSON.parse(text, function (this: unknown, _key: string, value: unknown, context?: {source?: string}) {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    return context?.source !== undefined && /^-?\d+$/.test(context.source) ? BigInt(context.source) : value;
  } as (key: string, value: unknown) => unknown);
}

const send = (message: Answers) => postMessage(message);

let last = 0;
function progress(done: number, all: number) {
  const now = performance.now();
  if (now - last < 100) return;
  last = now;
  send({id: asked, progress: [done, all]});
}

async function start(): Promise<Module> {
  const made = await instantiate(compiled!, progress);
  for (const [name, text] of files) made.provide(name, text);
  return made;
}

async function answer(question: Question): Promise<void> {
  asked = question.id;
  const begun = performance.now();
  try {
    engine ??= await start();
    for (const [name, text] of question.files) {
      files.set(name, text);
      engine.provide(name, text);
    }
    const replies = question.commands.map((words) => parse(engine!.answer(words)));
    const saved = question.saved === undefined ? undefined : engine.file(question.saved);
    send({id: question.id, replies, saved, milliseconds: performance.now() - begun});
  } catch (error) {
    engine = undefined; // its memory is in an unknown state
    const why = error instanceof Error ? error.message : String(error);
    send({id: question.id, failure: `moetric: the engine stopped (${why}) and was started again`});
  }
}

let line = Promise.resolve();
onmessage = ({data}: MessageEvent<Question | {base64: string}>) => {
  line = line.then(async () => {
    if (!('base64' in data)) return answer(data);
    const packed = Uint8Array.from(atob(data.base64), (c) => c.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
    compiled = await WebAssembly.compile(await new Response(stream).arrayBuffer());
  });
};
