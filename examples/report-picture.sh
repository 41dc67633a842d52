#!/bin/sh
# Makes docs/report.png, the picture of a report in the README: needs a build and Chromium (CHROMIUM = its path). From the top of the repository:
#   npm run build && sh examples/report-picture.sh
set -eu
scratch=$(mktemp -d); trap 'rm -rf "$scratch"' EXIT
node dist/bin/main.js report fixtures/incidents/crowd/* -o "$scratch/report.html" --quiet
"${CHROMIUM:-chromium}" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=1 \
  --blink-settings=preferredColorScheme=1 --window-size=1200,1010 --screenshot="$PWD/docs/report.png" "file://$scratch/report.html"
