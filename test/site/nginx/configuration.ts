/** The whole nginx.conf around a form's locations: one process in the foreground, all its files in one folder. */
import { locations } from './forms.ts'
import type { NginxForm, RouteOptions, Upstreams } from './forms.ts'

export interface NginxLayout extends RouteOptions {
  directory: string
  form: NginxForm
  /** The portal's port: TLS in the forms that have it. */
  port: number
  /** Port of the plain listener that only redirects; forms without TLS have none. */
  redirectPort: number
  /** Speaks TLS on `port`. */
  tls: boolean
  upstreams: Upstreams
  root: boolean
}

/** True for the forms that are installed with TLS. */
export const formHasTls = (form: NginxForm): boolean => form === 'NG-B' || form === 'NG-C'

/** The HTTPS files add these twice; a location with headers of its own has none of them. */
const securityHeaders = [
  'Strict-Transport-Security "max-age=63072000"',
  'X-Frame-Options DENY',
  'X-Content-Type-Options nosniff',
  'X-XSS-Protection "1; mode=block"',
]
  .flatMap((header) => [header, header])
  .map((header) => `    add_header ${header} always;\n`)
  .join('')

/** Text of nginx.conf. */
export function nginxConfiguration(layout: NginxLayout): string {
  const { directory, form, port, tls } = layout
  return `daemon off;
master_process off;
${layout.root ? 'user root;\n' : ''}worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log warn;
events { worker_connections 512; }
http {
  log_format asked '$request_method $uri';
  access_log ${directory}/access.log asked;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  types { text/html html; }
  default_type application/octet-stream;
  # One count for all pages: with one for each the second page is never late, for the first one takes as long.
  limit_req_zone $server_addr zone=pages:1m rate=2r/s;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
${
  form === 'NG-D'
    ? `  limit_req_zone $binary_remote_addr zone=auth:1m rate=5r/s;
  limit_req_zone $binary_remote_addr zone=api:1m rate=20r/s;
`
    : ''
}  server {
    listen 127.0.0.1:${port}${tls ? ' ssl http2' : ''};
    server_name _;
    absolute_redirect on;
${
  tls
    ? `    ssl_certificate ${directory}/server.pem;
    ssl_certificate_key ${directory}/server.key;
    ssl_protocols TLSv1.2 TLSv1.3;
${securityHeaders}`
    : ''
}${form === 'NG-D' ? '    client_max_body_size 64m;\n' : ''}    root ${directory}/pages;
${locations(form, layout.upstreams, layout)}
  }
${
  tls
    ? `  server {
    listen 127.0.0.1:${layout.redirectPort};
    server_name _;
    return 301 https://$host:${port}$request_uri;
  }
`
    : ''
}}
`
}
