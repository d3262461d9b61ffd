// Style sheets are imported for their effect only; the bundler collects them.
declare module '*.css';

// antd's own declarations of these say CommonJS, and the files are modules
declare module 'antd/es/locale/*' {
  const locale: NonNullable<import('antd').ConfigProviderProps['locale']>;
  export default locale;
}
