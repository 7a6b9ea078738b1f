// A network that breaks: whoever fetches the stream at `url` by it can be cut off from it.

export function newLine(url) {
  let connection;
  const line = {
    // streams, until now
    opened: 0,
    fetch(input, init) {
      if (String(input) !== url) return fetch(input, init);
      line.opened += 1;
      connection = new AbortController();
      return fetch(input, { ...init, signal: AbortSignal.any([init.signal, connection.signal]) });
    },
    // what Node says of a connection that was reset
    cut: () => connection.abort(new TypeError('terminated')),
  };
  return line;
}
