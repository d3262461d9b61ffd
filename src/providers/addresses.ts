// Which addresses may be called from here, and which only because the operator named them. Pure; knows no DNS and no HTTP.
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/**
 * `public`: anybody's. `private`: this machine, this network, or reserved; only for who was named by the operator.
 * `never`: where clouds hand out their keys; no setting opens it.
 */
export type AddressKind = 'public' | 'private' | 'never';

type Family = 'ipv4' | 'ipv6';
const familyOf = (address: string): Family => (isIPv4(address) ? 'ipv4' : 'ipv6');

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits = isIPv4(address) ? '32' : '128'] = network.split('/');
    list.addSubnet(address, Number(bits), familyOf(address));
  }
  return list;
}

/** IANA special-purpose IPv4 addresses (iana.org/assignments/iana-ipv4-special-registry), multicast and class E. */
const PRIVATE_V4 = listOf([
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

/**
 * Metadata services, by which a server may ask for its own cloud's keys: link-local (AWS, Azure, GCP, Tencent Cloud, Huawei
 * Cloud), 100.100.100.200 (Alibaba Cloud), 100.96.0.96 (Volcengine), 192.0.0.192 (Oracle Cloud), 168.63.129.16 (Azure's
 * agent), fd00:ec2::254 (AWS).
 */
const NEVER = listOf([
  '169.254.0.0/16',
  '100.100.100.200',
  '100.96.0.96',
  '192.0.0.192',
  '168.63.129.16',
  'fe80::/10',
  'fd00:ec2::254',
]);

/** Only 2000::/3 is routed worldwide (iana.org/assignments/ipv6-address-space); these parts of it are not anybody's. */
const GLOBAL_V6 = listOf(['2000::/3']);
const PRIVATE_V6 = listOf(['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']);

/** IPv4 inside IPv6: mapped (RFC 4291) and translated by a NAT64 gateway (RFC 6052). */
const CARRIES_V4 = listOf(['::ffff:0:0/96', '64:ff9b::/96']);

/** The last 32 bits as an IPv4 address. */
function carriedV4(address: string): string {
  const dotted = /(?:^|:)(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1];
  if (dotted) return dotted;
  const [high = '0', low = '0'] = address.split(':').slice(-2);
  const bits = (Number.parseInt(high || '0', 16) * 0x10000 + Number.parseInt(low || '0', 16)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 255).join('.');
}

/** An address that is none is never called. */
export function kindOf(address: string): AddressKind {
  if (isIPv4(address)) {
    if (NEVER.check(address)) return 'never';
    return PRIVATE_V4.check(address) ? 'private' : 'public';
  }
  if (!isIPv6(address) || address.includes('%')) return 'never';
  if (CARRIES_V4.check(address, 'ipv6')) return kindOf(carriedV4(address));
  if (NEVER.check(address, 'ipv6')) return 'never';
  return GLOBAL_V6.check(address, 'ipv6') && !PRIVATE_V6.check(address, 'ipv6') ? 'public' : 'private';
}

/** Whom the operator named: hosts by their name, addresses, and networks as `10.0.0.0/8`. */
export interface Named {
  host(host: string): boolean;
  address(address: string): boolean;
}

export function readNamed(entries: readonly string[]): Named {
  const isNetwork = (entry: string) => isIP(entry.split('/')[0] ?? '') !== 0;
  const networks = listOf(entries.filter(isNetwork));
  const hosts = new Set(entries.filter((entry) => !isNetwork(entry)).map((entry) => entry.toLowerCase()));
  return {
    host: (host) => hosts.has(host),
    address: (address) => isIP(address) !== 0 && networks.check(address, familyOf(address)),
  };
}
