/** A real 802.1X network for tests: FreeRADIUS on a loopback address, and eapol_test as the supplicant. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const radiusHint = 'needs: apt-get install freeradius freeradius-utils eapoltest';
export const radiusIsHere = ['/usr/sbin/freeradius', '/usr/bin/eapol_test'].every((program) => existsSync(program));

/** A RADIUS server that runs. */
export interface Radius {
  /** Whether it lets this client in; `said`: what the supplicant printed. `certificate` and `key` are PEM files. */
  login(
    identity: string,
    certificate: string,
    key: string,
  ): Promise<{ readonly accepted: boolean; readonly said: string }>;
  stop(): Promise<void>;
}

/**
 * Starts it in this folder, which has `radius.pem` and `radius.key` of the server and `trust.pem`: the authority and its revocation
 * list, which is checked.
 */
export async function startRadius(folder: string, address: string): Promise<Radius> {
  const etc = join(folder, 'raddb');
  await mkdir(etc, { recursive: true });
  await writeFile(join(etc, 'dictionary'), '');
  await writeFile(join(etc, 'radiusd.conf'), configuration(folder, etc, address));
  const child = spawn('/usr/sbin/freeradius', ['-d', etc, '-X'], { stdio: ['ignore', 'pipe', 'pipe'] });
  await ready(child);
  return {
    async login(identity, certificate, key) {
      const conf = join(folder, 'supplicant.conf');
      const network = `network={\n key_mgmt=IEEE8021X\n eap=TLS\n identity="${identity}"\n ca_cert="${join(folder, 'ca.pem')}"\n client_cert="${certificate}"\n private_key="${key}"\n eapol_flags=0\n}\n`;
      await writeFile(conf, network);
      return new Promise((resolve) => {
        const args = ['-c', conf, '-a', address, '-p', '18120', '-s', 'testing123', '-t', '8'];
        execFile('/usr/bin/eapol_test', args, { timeout: 20_000 }, (error, stdout) => {
          resolve({ accepted: error === null && stdout.trimEnd().endsWith('SUCCESS'), said: stdout });
        });
      });
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    },
  };
}

/** Resolves when it listens; rejects with what it said when it ends first. */
async function ready(child: ChildProcess): Promise<void> {
  const said: string[] = [];
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (line.includes('Ready to process')) {
      child.stdout.resume();
      child.stderr?.resume();
      return;
    }
  }
  throw new Error(`freeradius ended: ${said.slice(-15).join('\n')}`);
}

// One word per line: `authorize { eap }` in one line is a parse error.
const configuration = (folder: string, etc: string, address: string) => `
prefix = /usr
exec_prefix = /usr
sysconfdir = ${etc}
localstatedir = ${folder}
sbindir = /usr/sbin
logdir = ${folder}
raddbdir = ${etc}
radacctdir = ${folder}
name = freeradius
confdir = ${etc}
certdir = ${folder}
cadir = ${folder}
run_dir = ${folder}
libdir = /usr/lib/freeradius
pidfile = ${folder}/radius.pid
max_request_time = 30
cleanup_delay = 5
max_requests = 1024
hostname_lookups = no
log {
  destination = stdout
  auth = yes
}
security {
  reject_delay = 0
  status_server = no
  allow_vulnerable_openssl = yes
}
proxy_requests = no
thread pool {
  start_servers = 1
  max_servers = 2
  min_spare_servers = 1
  max_spare_servers = 2
}
client lab {
  ipaddr = 127.0.0.0/8
  secret = testing123
  require_message_authenticator = yes
}
modules {
  eap {
    default_eap_type = tls
    timer_expire = 60
    tls-config tls-common {
      private_key_file = ${folder}/radius.key
      certificate_file = ${folder}/radius.pem
      ca_file = ${folder}/trust.pem
      check_crl = yes
      fragment_size = 1024
      include_length = yes
      cipher_list = "DEFAULT"
      tls_min_version = "1.2"
      tls_max_version = "1.2"
    }
    tls {
      tls = tls-common
    }
  }
}
server default {
  listen {
    type = auth
    ipaddr = ${address}
    port = 18120
  }
  authorize {
    eap
  }
  authenticate {
    eap
  }
  post-auth {
    Post-Auth-Type REJECT {
      eap
    }
  }
}
`;
