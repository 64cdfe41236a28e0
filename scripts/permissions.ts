/**
 * Exactly what the program may do: for the executables, and for the demo and the tests that run it from source.
 */

/** What the program may do on every system. */
export const PERMISSIONS = [
  // The addresses of SQL Server, of the portal and of the mail server, and the folder, are the user's to choose.
  "--allow-net",
  "--allow-read",
  "--allow-write",
  // Not a list of names: a package of mssql (debug) goes through the whole environment when it is loaded.
  "--allow-env",
  // The login to SQL Server carries the name of this computer; the clock may be set, the time since its start may not.
  "--allow-sys=hostname,osUptime",
  // Nobody may be there to answer: what is not allowed fails at once instead of asking.
  "--no-prompt",
];

/** What it may do on Windows beside that: DPAPI and the rights of files. */
export const WINDOWS_PERMISSIONS = [
  // Not a list of files: deno compares them letter by letter, and one Windows says C:\Windows where another says
  // C:\WINDOWS or D:\Windows; a name without a folder is taken as a file of the current one.
  "--allow-ffi",
];
