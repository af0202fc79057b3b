declare module 'virtual:engine' {
  const base64: string;
  export default base64;
}
declare module 'virtual:worker' {
  const source: string;
  export default source;
}
declare module 'virtual:space' {
  const text: string;
  export default text;
}
declare module '*.css';
