import {answers, Complaint, screen, table} from '../render';
import {choice, dropped, text} from '../controls';
import {announce, h, section} from '../dom';
import {long, provided, quick, type Value} from '../engine';
import {brief, real, shown, words} from '../numbers';
import {get, keepFile, set} from '../state';
import {Plot} from '../plot';
import {options, type View} from './view';

type Values = {[name: string]: Value};

const complaint = new Complaint();
const predictionComplaint = new Complaint();
const source = h('p', {class: 'note'}, 'A table with a column for each input of the law, and loss.');
const result = h('div', {}, h('p', {class: 'note'}, 'Drop a table of runs to fit a law to it.'));
const coefficients = h('div');
const warnings = h('div');
const residuals = new Plot('Residuals of the loss, run by run', 'run, in the order of the file', 'residual, in the scale of the fit');
const prediction = h('div');
const state = h('p', {class: 'note', 'aria-live': 'polite'});
const cancel = h('button', {type: 'button', disabled: true, onclick: () => { long.cancel(); announce('The fit is cancelled'); state.textContent = 'Cancelled.'; }}, 'Cancel');
const start = h('button', {type: 'button', class: 'primary', onclick: () => void run()}, 'Fit');
const most = 60_000_000; // characters of a table

export const fit: View = {id: 'fit', title: 'Fit', element: h('div'), update, prefix: 'f.'};

let fitted = '';
async function update(): Promise<void> {
  if (get('f.file') !== '' && provided(get('f.file')) !== undefined && fitted !== key()) return run();
  if (get('f.file') !== '' && provided(get('f.file')) === undefined)
    source.textContent = `The link names ${get('f.file')}, which is too large for it: drop the file again.`;
  await predict();
}
const key = () => question().join('\n') + provided(get('f.file'))?.length;

function question(): string[] {
  const list = (option: string, value: string) => value.split(';').map((each) => each.trim()).filter((each) => each !== '').flatMap((each) => [option, each]);
  return ['fit', get('f.form'), get('f.file'), ...list('--column', get('f.columns')), ...list('--where', get('f.where')),
    ...list('--hold', get('f.hold')), ...list('--tie', get('f.tie')),
    ...options({'--hold-out': get('f.hold_out'), '--bootstrap': get('f.bootstrap'), '--compute': get('f.compute')}),
    '--residuals', '--save', 'FIT.json'];
}

async function run(): Promise<void> {
  if (get('f.file') === '') return complaint.show('A file of runs must be dropped first');
  fitted = key();
  cancel.disabled = false;
  state.textContent = 'Fitting …';
  const begun = performance.now();
  const replies = await answers(complaint, long.all('fit', [question()], {
    saved: 'FIT.json',
    progress: (done, all) => (state.textContent = `${brief(done)} of ${brief(all)} refits`),
  }));
  cancel.disabled = true;
  if (state.textContent !== 'Cancelled.') state.textContent = '';
  const reply = replies?.[0];
  if (reply === undefined) return;
  state.textContent = `Fitted in ${brief((performance.now() - begun) / 1000)} s.`;
  const of = reply.answer as unknown as {
    coefficients: {[name: string]: Values};
    warnings: {kind: string; sentence: string; rows: Value[]}[];
    residuals?: Value[];
  };
  result.replaceChildren(screen(reply));
  coefficients.replaceChildren(
    table(['coefficient', 'value', 'standard error', 'interval', ''],
      Object.entries(of.coefficients).map(([name, each]) => [
        name, shown(each['value'], 6), each['standard_error'] == null ? '' : shown(each['standard_error']),
        each['low'] == null ? '' : `${shown(each['low'])} to ${shown(each['high'])}`,
        each['held'] === true ? 'held' : each['identified'] === false ? 'not identified' : each['at_bound'] === true ? 'at its bound' : ''])));
  warnings.replaceChildren(
    ...(of.warnings.length === 0 ? [h('p', {class: 'note'}, 'No cautions.')] : []),
    ...of.warnings.map((each) => h('p', {class: 'caution'}, `${words(each.kind).replaceAll('-', ' ')}: ${each.sentence}`)));
  showResiduals(of.residuals ?? []);
  await predict();
}

function showResiduals(of: Value[]): void {
  const most = 5000; // points
  const shownRuns = of.slice(0, most);
  residuals.show(shownRuns.map((_, i) => i + 1), [{label: 'runs', values: shownRuns.map(real), points: true}]);
}

async function predict(): Promise<void> {
  const given = get('f.predict').split(/[\s,;]+/).filter((each) => each !== '');
  if (given.length === 0 || provided('FIT.json') === undefined) {
    prediction.replaceChildren(h('p', {class: 'note'}, 'Once a law is fitted, give its inputs to predict a loss with its interval.'));
    return;
  }
  const replies = await answers(predictionComplaint, quick.all('predict', [['loss', 'FIT.json', ...given, '--interval', '0.95']]));
  if (replies?.[0] !== undefined) prediction.replaceChildren(screen(replies[0]));
}

async function take(name: string, content: string): Promise<void> {
  if (content.length > most) return complaint.show(`${name} must not exceed ${most / 1e6} MB here; the tool reads larger tables`);
  const inLink = await keepFile(name, content);
  source.textContent = `${name}, ${shown(content.split('\n').length - 1)} rows${inLink ? ', part of the link' : ': too large for the link, whoever opens it needs the file'}.`;
  if (get('f.file') === name) void run();
  set('f.file', name);
}

const chooser = section('Runs');
chooser.append(
  dropped('Drop a CSV or JSON lines of runs here', '.csv,.jsonl,.txt,text/csv', chooser, (name, content) => void take(name, content)),
  source,
  choice({name: 'f.form', label: 'Law', initial: 'chinchilla',
    options: ['chinchilla', 'joint-moe', 'fine-grained', 'fine-grained-dense', 'abnar', 'clark', 'wang', 'data-constrained', 'joined', 'width-depth']}),
  text({name: 'f.columns', label: 'Columns', numeric: false, placeholder: 'loss=val_loss; tokens=D', help: 'input=column, separated by ;'}),
  text({name: 'f.where', label: 'Only the runs where', numeric: false, placeholder: 'tokens/total_parameters>5'}),
  text({name: 'f.hold', label: 'Hold coefficients', numeric: false, placeholder: 'E=1.69'}),
  text({name: 'f.tie', label: 'Tie coefficients', numeric: false, placeholder: 'beta=alpha'}),
  text({name: 'f.hold_out', label: 'Hold out to validate', numeric: false, placeholder: 'tokens=0.2'}),
  text({name: 'f.bootstrap', label: 'Bootstrap refits', placeholder: 'none'}),
  text({name: 'f.compute', label: 'Optima at these FLOPs', numeric: false, placeholder: '1e21,1e22'}),
  h('div', {class: 'buttons'}, start, cancel),
  state);

fit.element.append(
  complaint.element,
  h('div', {class: 'view'},
    h('div', {class: 'side'}, chooser),
    h('div', {class: 'results'},
      section('The fit', result),
      section('Coefficients', coefficients),
      section('Diagnosis of the runs', warnings),
      section('Residuals', residuals.element),
      section('Prediction',
        text({name: 'f.predict', label: 'Inputs of the law', numeric: false, placeholder: 'total_parameters=1e9 tokens=2e10'}),
        predictionComplaint.element, prediction,
        h('p', {class: 'note'}, 'The fit is FIT.json to the other views: name it as a law in Search.')))));
