#!/bin/sh
# Sees to it that there is a Chromium or Chrome for the tests. Where there is one, nothing happens;
# on Debian and its kin it is installed; elsewhere a line says what to install.
# With --find it only prints the browser's path, or fails where there is none.
set -eu

find_browser() {
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        command -v "$name" && return
    done
    for app in "Google Chrome" Chromium; do
        for folder in "${HOME:-}/Applications" /Applications; do
            path="$folder/$app.app/Contents/MacOS/$app"
            test -x "$path" && echo "$path" && return
        done
    done
    return 1
}

give_up() {
    echo "The browser tests need Chromium or Chrome on the PATH: $1." >&2
    exit 1
}

if [ "${1:-}" = --find ]; then
    find_browser
    exit
fi
find_browser > /dev/null && exit

by_hand="install one (Debian: apt install chromium; macOS: brew install --cask chromium) and run make again"
command -v apt-get > /dev/null || give_up "$by_hand"
if [ "$(id -u)" = 0 ]; then
    as_root=
elif command -v sudo > /dev/null && sudo -n true 2> /dev/null; then
    as_root="sudo -n"
else
    give_up "$by_hand"
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing Chromium with apt-get, for the browser tests"
# The fonts are what chromium recommends: without any, a page has no text to look at.
{
    $as_root apt-get update -q &&
        $as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -qy --no-install-recommends chromium fonts-liberation
} < /dev/null > "$log" 2>&1 || { cat "$log" >&2; give_up "apt-get could not install it, see above"; }
find_browser > /dev/null || give_up "the package chromium brought none; install Google Chrome"
