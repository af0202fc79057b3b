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
  texts?: string[];
  saved?: string | undefined;
  progress?: [number, number];
  failure?: string;
  milliseconds?: number;
}

let compiled: WebAssembly.Module | undefined;
let engine: Module | undefined;
const files = new Map<string, string>();
let asked = 0;

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
    const texts = question.commands.map((words) => engine!.answer(words));
    const saved = question.saved === undefined ? undefined : engine.file(question.saved);
    send({id: question.id, texts, saved, milliseconds: performance.now() - begun});
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
