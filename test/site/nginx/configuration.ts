/** nginx in the portal's HTTPS form ("NG-B"): which prefix reaches which service, and what is not routed at all. */

export interface Upstreams {
  auth: number
  dashboard: number
  moonlight: number
  cae: number
}

/** A port where nothing ever listens: services that the real portal names but does not start answer 502. */
const absent = 1

const pages = ['dashboard', 'moonlight', 'vnc', 'cae', 'app']

/** Names of the static pages' folders. */
export const pageNames = pages

/** Text of nginx.conf for a single process in the foreground; all its files stay in `directory`. */
export function nginxConfiguration(options: {
  directory: string
  port: number
  upstreams: Upstreams
  root: boolean
}): string {
  const { directory, port, upstreams } = options
  const proxy = (to: number, path: string, extra = ''): string => `{
      ${extra}proxy_pass http://127.0.0.1:${to}${path};
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header X-Real-IP $remote_addr;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_read_timeout 60s;
    }`
  const upgrade = `proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      `
  return `daemon off;
master_process off;
${options.root ? 'user root;\n' : ''}worker_processes 1;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log warn;
events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;
  types { text/html html; }
  default_type application/octet-stream;
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  server {
    listen 127.0.0.1:${port} ssl http2;
    server_name _;
    ssl_certificate ${directory}/server.pem;
    ssl_certificate_key ${directory}/server.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    add_header Strict-Transport-Security "max-age=31536000" always;
    add_header X-Frame-Options DENY always;
    root ${directory}/pages;

    location /auth/ ${proxy(upstreams.auth, '/auth/')}
    location /api/moonlight/ ${proxy(upstreams.moonlight, '/')}
    location = /api/moonlight/health ${proxy(upstreams.moonlight, '/health')}
    location /dashboardapi/ ${proxy(upstreams.dashboard, '/api/')}
    location /api/ ${proxy(upstreams.dashboard, '/api/')}
    location /socket.io/ ${proxy(absent, '/socket.io/', upgrade)}
    location /ws ${proxy(absent, '/ws', upgrade)}
    location /cae/api/ ${proxy(upstreams.cae, '/api/')}
    location /cae/automation/ ${proxy(absent, '/')}
${pages
  .map(
    (page) => `    location = /${page} { return 301 /${page}/; }
    location /${page} { try_files /${page}/index.html =404; }
`,
  )
  .join('')}    location / ${proxy(absent, '/')}
  }
}
`
}
