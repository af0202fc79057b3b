// The library's WebAssembly module: a function from the words of a command to JSON.

export interface Module {
  /** Makes a text available as a file of this name. */
  provide(name: string, text: string): void;
  /** The text of a file that was provided, or that a command saved. */
  file(name: string): string | undefined;
  /** Runs a command, such as ["plan", "--compute", "3e20"]. */
  answer(words: string[]): string;
}

interface Exports {
  memory: WebAssembly.Memory;
  _initialize(): void;
  moetric_allocate(bytes: number): number;
  moetric_free(text: number): void;
  moetric_provide(name: number, text: number): void;
  moetric_file(name: number): number;
  moetric_answer(request: number): number;
}

const notSupported = 58;

export async function instantiate(
  compiled: WebAssembly.Module,
  onProgress: (done: number, all: number) => void,
): Promise<Module> {
  let exports: Exports;
  const view = () => new DataView(exports.memory.buffer);
  // What the C library asks of its system. There are no files, arguments or variables; the clock measures searches.
  const system: Record<string, (...values: never[]) => number> = {
    clock_time_get(_clock: number, _precision: bigint, at: number) {
      view().setBigUint64(at, BigInt(Math.round(performance.now() * 1e6)), true);
      return 0;
    },
    fd_write(_file: number, vectors: number, n: number, written: number) {
      let text = '';
      let bytes = 0;
      for (let i = 0; i < n; ++i) {
        const at = view().getUint32(vectors + 8 * i, true);
        const length = view().getUint32(vectors + 8 * i + 4, true);
        text += new TextDecoder().decode(new Uint8Array(exports.memory.buffer, at, length));
        bytes += length;
      }
      if (text.trim() !== '' && !text.startsWith('note:')) console.debug(text);
      view().setUint32(written, bytes, true);
      return 0;
    },
    proc_exit(status: number) {
      throw new Error(`the library ended with status ${status}`);
    },
  };
  const imports: Record<string, Record<string, WebAssembly.ImportValue>> = {moetric: {progress: onProgress}};
  for (const {module, name} of WebAssembly.Module.imports(compiled)) {
    if (module === 'moetric') continue;
    (imports[module] ??= {})[name] = (system[name] as WebAssembly.ImportValue) ?? (() => notSupported);
  }
  const instance = await WebAssembly.instantiate(compiled, imports);
  exports = instance.exports as unknown as Exports;
  exports._initialize();

  const write = (text: string): number => {
    const bytes = new TextEncoder().encode(text);
    const at = exports.moetric_allocate(bytes.length + 1);
    if (at === 0) throw new Error('the memory must suffice, but the page has no more');
    const memory = new Uint8Array(exports.memory.buffer);
    memory.set(bytes, at);
    memory[at + bytes.length] = 0;
    return at;
  };
  const read = (at: number): string => {
    const memory = new Uint8Array(exports.memory.buffer);
    return new TextDecoder().decode(memory.subarray(at, memory.indexOf(0, at)));
  };
  return {
    provide(name, text) {
      const at = [write(name), write(text.replaceAll('\0', '\uFFFD'))] as const;
      exports.moetric_provide(...at);
      at.forEach(exports.moetric_free);
    },
    file(name) {
      const at = write(name);
      const text = exports.moetric_file(at);
      exports.moetric_free(at);
      return text === 0 ? undefined : read(text);
    },
    answer(words) {
      const at = write(JSON.stringify(words));
      try {
        return read(exports.moetric_answer(at));
      } finally {
        exports.moetric_free(at);
      }
    },
  };
}
