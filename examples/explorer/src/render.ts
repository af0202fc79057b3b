import {type Block, type Failure, failed, type Reply, Superseded, type Value} from './engine';
import {announce, h} from './dom';
import {brief, real, words} from './numbers';

// An answer's text as HTML, and what all views show.

const isNumber = (cell: string) => /\d/.test(cell) && /^[~+\-.,\d e%]*$/.test(cell);
const isCaution = (line: string) => /^(EXTRAPOLATED|OVER BUDGET|EDGE|BOUND|caution|Caution|It does not fit)/.test(line);

export function table(header: string[], rows: (string | Node)[][], caption?: string): HTMLElement {
  const text = (cell: string | Node) => (typeof cell === 'string' ? cell : (cell.textContent ?? ''));
  const numeric = (rows[0] ?? []).map(
    (_, column) => column !== 0 && rows.every((row) => text(row[column] ?? '') === '' || isNumber(text(row[column] ?? ''))),
  );
  const long = (rows[0] ?? []).map((_, column) => column !== 0 && rows.some((row) => text(row[column] ?? '').length > 40));
  const align = (column: number) => (numeric[column] ? 'number' : long[column] ? 'text' : undefined);
  return h(
    'div',
    {class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption ?? 'table'},
    h(
      'table',
      {},
      caption === undefined ? null : h('caption', {}, caption),
      header.length === 0
        ? null
        : h('thead', {}, h('tr', {}, ...header.map((each, i) => h('th', {scope: 'col', class: align(i)}, each)))),
      h('tbody', {}, ...rows.map((row) => h('tr', {}, ...row.map((each, i) => h('td', {class: align(i)}, each))))),
    ),
  );
}

// The tool's text names options of a command line. The page shows the rest of an answer by itself.
const rest = 'All of the answer';
const said = (line: string): (string | Node)[] =>
  line.replaceAll('--verbose', `“${rest}”`).split(/(--[a-z][a-z-]+)/).map((each, i) => (i % 2 === 1 ? h('code', {}, each) : each));

/** One part of an answer's text. */
export function block(part: Block): HTMLElement {
  const lines = part.header.length === 0 && part.rows.every((row) => row.length === 1);
  const box = h('div', {class: 'block'});
  if (!lines) {
    box.append(table(part.header, part.rows, part.title === '' ? undefined : part.title));
    return box;
  }
  if (part.title !== '') box.append(h('p', {class: isCaution(part.title) ? 'caution' : 'lead'}, ...said(part.title)));
  for (const [line = ''] of part.rows) box.append(h('p', {class: isCaution(line) ? 'caution' : undefined}, ...said(line)));
  return box;
}

/** The text of an answer: its first screen, and the rest on request. */
export function screen(reply: Reply): HTMLElement {
  const further = reply.screen.filter((each) => !each.first);
  return h(
    'div',
    {class: 'answer'},
    ...reply.screen.filter((each) => each.first).map(block),
    further.length === 0 ? null : h('details', {}, h('summary', {}, rest), ...further.map(block)),
    command(reply.words),
  );
}

const quoted = (word: string) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);
/** The same question on a command line. */
export function command(asked: string[]): HTMLElement {
  const text = ['moetric', ...asked].map(quoted).join(' ');
  const copied = h('button', {type: 'button', class: 'small', onclick: () => void copy()}, 'Copy');
  const copy = async () => {
    await navigator.clipboard?.writeText(text).catch(() => undefined);
    announce('The command is copied');
  };
  return h('p', {class: 'command'}, h('code', {}, text), copied);
}

/** Horizontal bars of named values, the largest first. */
export function bars(of: Value | undefined, write: (value: Value) => string, label: string): HTMLElement {
  const entries = Object.entries((of ?? {}) as Record<string, Value>).filter(([, value]) => real(value) !== 0);
  entries.sort((a, b) => real(b[1]) - real(a[1]));
  const sum = entries.reduce((all, [, value]) => all + real(value), 0);
  const most = real(entries[0]?.[1]);
  return h(
    'ul',
    {class: 'bars', 'aria-label': label},
    ...entries.map(([name, value]) =>
      h(
        'li',
        {},
        h('span', {class: 'name'}, words(name)),
        h('span', {class: 'track', 'aria-hidden': 'true'},
          h('span', {class: 'bar', style: `width:${Math.max(0.4, (100 * real(value)) / most)}%`})),
        h('span', {class: 'value'}, write(value)),
        h('span', {class: 'share'}, share(real(value) / sum)),
      ),
    ),
  );
}

const share = (of: number) => (of > 0 && of < 5e-5 ? '< 0.01 %' : `${brief(100 * of, of < 0.01 ? 2 : 3)} %`);

/** A number with its name, its unit and what is to say about it. */
export function figure(name: string, value: string, note?: string, mark?: string): HTMLElement {
  return h('div', {class: 'figure'}, h('dt', {}, name), h('dd', {}, value, mark === undefined ? null : h('span', {class: 'mark', title: mark}, mark)), note === undefined ? null : h('dd', {class: 'note'}, note));
}

/** Where a view says what is wrong. The last results stay. */
export class Complaint {
  readonly element = h('p', {role: 'alert', class: 'error', hidden: true});
  show(sentence: string): void {
    const text = sentence.replace(/^moetric: /, '');
    const said = text.charAt(0).toUpperCase() + text.slice(1);
    if (this.element.textContent !== said) this.element.textContent = said;
    this.element.hidden = false;
  }
  clear(): void {
    this.element.hidden = true;
    this.element.textContent = '';
  }
}

/** Awaits answers. What fails is shown, and nothing is returned. */
export async function answers(to: Complaint, of: Promise<(Reply | Failure)[]>): Promise<Reply[] | undefined> {
  try {
    const all = await of;
    const wrong = all.find(failed);
    if (wrong !== undefined) {
      to.show(wrong.error);
      return undefined;
    }
    to.clear();
    return all as Reply[];
  } catch (error) {
    if (!(error instanceof Superseded)) to.show(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
