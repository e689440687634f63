/**
 * The control server under PM2, for a machine that should bring its fleet back after a reboot:
 *
 *   npm install && npx pm2 start ecosystem.config.cjs && npx pm2 save && npx pm2 startup
 *
 * Bots and the paper exchange are started by the server, each as a PM2 process of its own; they trade on while the
 * server is stopped, restarted or upgraded. Nothing secret belongs here: PM2 keeps environments in clear text.
 */
const { join } = require('node:path');

module.exports = {
  apps: [
    {
      name: 'flotilla-server',
      script: join(__dirname, 'dist/flotilla.js'),
      args: ['up', '--port', '3000'],
      cwd: __dirname,
      // Everything of the shell's environment stays out, but for what is named here.
      filter_env: [''],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        ...(process.env.PM2_HOME ? { PM2_HOME: process.env.PM2_HOME } : {}),
        FLOTILLA_DATA: join(__dirname, 'data'),
      },
      // PM2's own probe swallows unhandled rejections.
      pmx: false,
      // Ends on SIGINT within a second or two; it waits for a start that is under way.
      kill_timeout: 20_000,
      // Alone: with max_restarts beside it PM2 says "waiting restart" for ever.
      exp_backoff_restart_delay: 500,
      max_memory_restart: '400M',
      time: true,
    },
  ],
};
