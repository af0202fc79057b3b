import base64 from 'virtual:engine';
import source from 'virtual:worker';
import type {Answers, Question} from './worker';

// The engine as the views use it.

export type Value = null | boolean | number | bigint | string | Value[] | {[name: string]: Value};
export interface Block {
  title: string;
  header: string[];
  rows: string[][];
  first: boolean;
}
export interface Reply {
  words: string[];
  answer: {[name: string]: Value};
  screen: Block[];
  notes: string[];
  file?: string;
}
export interface Failure {
  error: string;
}

/** A question that a later one made pointless, or that was cancelled. */
export class Superseded extends Error {}

interface Waiting {
  lane: string;
  question: Question;
  resolve(answers: Answers): void;
  reject(why: Error): void;
  progress?: ((done: number, all: number) => void) | undefined;
}

const files = new Map<string, string>();
/** Provides a file to the engines whose commands name it. */
export function provide(name: string, text: string): void {
  files.set(name, text);
}
export function provided(name: string): string | undefined {
  return files.get(name);
}

export class Engine {
  private worker: Worker | undefined;
  private sent = new Map<string, string>();
  private queue: Waiting[] = [];
  private running: Waiting | undefined;
  private next = 0;
  milliseconds = 0;

  private start(): Worker {
    const address = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
    const made = new Worker(address);
    URL.revokeObjectURL(address);
    made.postMessage({base64});
    made.onmessage = ({data}: MessageEvent<Answers>) => {
      const to = this.running;
      if (to === undefined || data.id !== to.question.id) return;
      if (data.progress) return to.progress?.(...data.progress);
      this.running = undefined;
      this.milliseconds = data.milliseconds ?? 0;
      to.resolve(data);
      this.advance();
    };
    made.onerror = (event) => {
      event.preventDefault();
      const failed = this.running;
      this.stop();
      failed?.reject(new Error(`moetric: the engine could not run: ${event.message}`));
      this.advance();
    };
    return made;
  }
  private stop(): void {
    this.worker?.terminate();
    this.worker = undefined;
    this.sent.clear();
    this.running = undefined;
  }
  private advance(): void {
    if (this.running !== undefined) return;
    this.running = this.queue.shift();
    if (this.running === undefined) return;
    this.worker ??= this.start();
    const {question} = this.running;
    const named = new Set(question.commands.flat());
    for (const [name, text] of files) {
      if (!named.has(name) || this.sent.get(name) === text) continue;
      this.sent.set(name, text);
      question.files.push([name, text]);
    }
    this.worker.postMessage(question);
  }

  private raw(
    lane: string,
    commands: string[][],
    saved?: string,
    progress?: (done: number, all: number) => void,
  ): Promise<Answers> {
    this.queue = this.queue.filter((each) => {
      if (each.lane === lane) each.reject(new Superseded());
      return each.lane !== lane;
    });
    return new Promise((resolve, reject) => {
      const question: Question = {id: ++this.next, commands, files: [], ...(saved === undefined ? {} : {saved})};
      this.queue.push({lane, question, resolve, reject, progress});
      this.advance();
    });
  }

  /** Runs commands. A later question of the same lane replaces one that waits. \throws Superseded */
  async all(
    lane: string,
    commands: string[][],
    how: {saved?: string; progress?: (done: number, all: number) => void} = {},
  ): Promise<(Reply | Failure)[]> {
    const {replies, saved, failure} = await this.raw(lane, commands, how.saved, how.progress);
    if (replies === undefined) throw new Error(failure);
    if (how.saved !== undefined && saved !== undefined) {
      files.set(how.saved, saved);
      this.sent.set(how.saved, saved);
    }
    return (replies as (Reply | Failure)[]).map((reply, i) => ({words: commands[i]!, ...reply}));
  }

  private newest = new Map<string, symbol>();
  /** Runs commands one by one, so that questions of other lanes wait for one at most. \throws Superseded */
  async spread(lane: string, commands: string[][]): Promise<(Reply | Failure)[]> {
    const mine = Symbol();
    this.newest.set(lane, mine);
    const made: (Reply | Failure)[] = [];
    for (const each of commands) {
      made.push(...(await this.all(lane, [each])));
      if (this.newest.get(lane) !== mine) throw new Superseded();
    }
    return made;
  }

  /** Ends what runs; a new engine starts with the next question. */
  cancel(): void {
    const all = [...(this.running ? [this.running] : []), ...this.queue];
    this.queue = [];
    this.stop();
    for (const each of all) each.reject(new Superseded());
  }
}

/** Answers in milliseconds. */
export const quick = new Engine();
/** Searches and fits. */
export const long = new Engine();

export const failed = (reply: Reply | Failure): reply is Failure => 'error' in reply;
