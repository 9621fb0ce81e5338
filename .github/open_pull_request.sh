#!/usr/bin/env bash
# Open a pull request with what a workflow changed: BRANCH, TITLE and REPORT (the file with its text) say which.
set -eu
if git ls-remote --exit-code origin "refs/heads/$BRANCH"; then
  echo "It is open already."
  exit 0
fi
git config user.name "github-actions[bot]"
git config user.email "41898282+github-actions[bot]@users.noreply.github.com"
git switch --create "$BRANCH"
git commit --all --message "$TITLE"
git push origin "$BRANCH"
head -c 60000 "$REPORT" > "$RUNNER_TEMP/body.md" # the most that a pull request takes is 65,536 characters
gh pr create --title "$TITLE" --body-file "$RUNNER_TEMP/body.md" --head "$BRANCH"
