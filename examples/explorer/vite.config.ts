import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';
import {gzipSync} from 'node:zlib';
import {build, defineConfig, type Plugin} from 'vite';
import {instantiate} from './src/module';

// One HTML file that works from disk: Chromium loads neither module scripts, nor workers, nor WebAssembly from file://,
// so all of them are in the page. The worker starts from a Blob.

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const folder = process.env.MOETRIC_EXPLORER_BUILD ?? here('../../build/explorer');

// The names that the engine accepts, so that no list stands in the page: it lists them where it refuses one.
async function names(): Promise<Record<string, string[]>> {
  const engine = await instantiate(await WebAssembly.compile(readFileSync(`${folder}/moetric.wasm`)), () => undefined);
  const answer = (...words: string[]) => JSON.parse(engine.answer(words)) as {answer: unknown; error?: string};
  const accepted = (...words: string[]) => {
    const list = /must be (?:one of )?(.+?)(?: or the path of .+)?, but got '\?'/.exec(answer(...words).error ?? '')?.[1];
    if (list === undefined) throw new Error(`the engine must list what it accepts in place of ${words.join(' ')}`);
    return list.split(', ');
  };
  const cluster = ['cluster', 'deepseek-v3', '--device', 'h100-sxm', '--devices', '8'];
  const fromOptima = new Set(['power-law', 'isoflop', 'envelope', 'band', 'parallel-lines', 'rank']); // no losses of runs
  return {
    devices: accepted('cluster', 'deepseek-v3', '--device', '?', '--devices', '8'),
    conventions: Object.keys((answer('conventions', 'deepseek-v3').answer as {training_flops_per_token: object}).training_flops_per_token),
    precisions: accepted(...cluster, '--precision', '?'),
    shards: accepted(...cluster, '--shard-states', '?'),
    sources: accepted('plan', '--compute', '1e22', '--source', '?'),
    forms: accepted('fit', '?', 'runs.csv').filter((each) => !fromOptima.has(each)),
    laws: (answer('laws').answer as {id: string}[]).map((each) => each.id),
  };
}

// `virtual:engine` is the module, compressed, in base64; `virtual:worker` is the source of the worker.
function engine(): Plugin {
  return {
    name: 'engine',
    resolveId: (id) => (id.startsWith('virtual:') ? '\0' + id : undefined),
    async load(id) {
      if (id === '\0virtual:engine') {
        const module = readFileSync(`${folder}/moetric.wasm`);
        return `export default ${JSON.stringify(gzipSync(module, {level: 9}).toString('base64'))}`;
      }
      if (id === '\0virtual:names') return `export default ${JSON.stringify(await names())}`;
      if (id === '\0virtual:space') {
        return `export default ${JSON.stringify(readFileSync(here('../space.json'), 'utf8'))}`;
      }
      if (id !== '\0virtual:worker') return;
      const made = await build({
        configFile: false,
        logLevel: 'warn',
        build: {
          write: false,
          lib: {entry: here('src/worker.ts'), formats: ['iife'], name: 'worker', fileName: 'worker'},
        },
      });
      const output = (Array.isArray(made) ? made[0]! : made) as {output: {type: string; code?: string}[]};
      return `export default ${JSON.stringify(output.output.find((each) => each.type === 'chunk')!.code)}`;
    },
  };
}

// Scripts and styles move into the page.
function inline(): Plugin {
  return {
    name: 'inline',
    enforce: 'post',
    generateBundle(_, bundle) {
      const page = bundle['index.html'];
      if (page?.type !== 'asset') return;
      let script = '';
      let style = '';
      for (const [name, each] of Object.entries(bundle)) {
        if (each.type === 'chunk') script += each.code;
        else if (name.endsWith('.css')) style += String(each.source);
        else continue;
        delete bundle[name];
      }
      page.source = String(page.source)
        .replace(/\s*<script type="module"[^>]*><\/script>/, '')
        .replace(/\s*<link rel="stylesheet"[^>]*>/, '')
        .replace('</head>', () => `<style>${style}</style>\n</head>`)
        .replace('</body>', () => `<script>${script.replaceAll('</script', '<\\/script')}</script>\n</body>`);
    },
  };
}

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [engine(), inline()],
  build: {
    outDir: `${folder}/site`,
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'], // light-dark()
    modulePreload: false,
    assetsInlineLimit: 1e9,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 4096,
    rolldownOptions: {output: {format: 'iife'}},
  },
});
