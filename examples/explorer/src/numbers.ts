import type {Value} from './engine';

// Numbers as the tool's text writes them.

export function real(of: Value | undefined): number {
  return typeof of === 'number' ? of : typeof of === 'bigint' ? Number(of) : NaN;
}

/** 671,026,419,200; 5.02e10; 0.0163 */
export function shown(of: Value | undefined, digits = 4): string {
  if (of === null || of === undefined) return 'not known';
  if (typeof of === 'bigint' || (typeof of === 'number' && Number.isSafeInteger(of)))
    return String(of).replace(/\B(?=(\d{3})+$)/g, ',');
  if (typeof of !== 'number') return typeof of === 'object' ? JSON.stringify(of) : String(of);
  return brief(of, digits);
}

/** 5.02e10, 1,872, 0.0163 */
export function brief(of: number, digits = 3): string {
  const size = Math.abs(of);
  if (!Number.isFinite(of)) return String(of);
  if (size >= 1e6 || (size < 1e-4 && size > 0)) {
    const [mantissa, exponent] = of.toExponential(digits - 1).split('e') as [string, string];
    return `${mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa}e${Number(exponent)}`;
  }
  const places = Math.max(0, digits - (size > 0 ? 1 + Math.floor(Math.log10(size)) : 1));
  const [whole, fraction = ''] = of.toFixed(places).split('.') as [string, string?];
  const kept = fraction.replace(/0+$/, '');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (kept === '' ? '' : '.' + kept);
}

/** 12.9 GB */
export function bytes(of: Value | undefined): string {
  let number = real(of);
  let prefix = 0;
  for (; Math.abs(number) >= 999.5 && prefix < 6; ++prefix) number /= 1000;
  return `${brief(number)} ${['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'][prefix]}`;
}

/** A power of ten as a short text that the tool reads: 3.16e20. */
export function power(exponent: number): string {
  const rounded = Math.round(exponent * 100) / 100;
  const [mantissa, digits] = (10 ** rounded).toExponential(2).split('e') as [string, string];
  return `${mantissa.replace(/\.?0+$/, '')}e${Number(digits)}`;
}

export const words = (name: string): string => name.replaceAll('_', ' ');
