// The number under which this page's server allows style sheets made at run time: antd's, on the pages that load it.

/** For antd: `<ConfigProvider csp={{ nonce: cspNonce() }}>`. */
export const cspNonce = (): string =>
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
