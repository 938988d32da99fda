#!/usr/bin/env bash
# A Chromium for the tests that look at our pages. Installed from the system's packages where we may; said clearly where not.
set -euo pipefail
for name in chromium chromium-browser google-chrome; do
  command -v "$name" >/dev/null && exit 0
done
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  echo "  browser: installing chromium from the system's packages (about a minute)"
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null
  exit 0
fi
echo "ieum: the page tests need Chromium: install your system's chromium package, then run this again." >&2
exit 2
