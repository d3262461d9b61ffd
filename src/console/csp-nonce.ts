// The number under which this page's server allows style sheets made at run time: antd's, on the pages that load it.

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';

/** antd measures scroll bars and locks the page with style sheets to which it does not give the number: here they get it. */
function giveToAll(): void {
  const create = document.createElement.bind(document);
  document.createElement = (name: string, options?: ElementCreationOptions): HTMLElement => {
    const element = create(name, options);
    if (element instanceof HTMLStyleElement) element.nonce = nonce;
    return element;
  };
}
if (nonce !== '') giveToAll();

/** For antd: `<ConfigProvider csp={{ nonce: cspNonce() }}>`. */
export const cspNonce = (): string => nonce;
