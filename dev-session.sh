#!/bin/sh
# The windows of `make dev` in tmux: what to see while working. Detach with Ctrl-b d; end it with
# `tmux kill-session -t garden-dev`. Needs what `make dev` has installed.
set -eu
session=garden-dev
python=${1:?the Python of the environment}
npm=${2:?the command that runs npm in frontend/}

if ! tmux has-session -t "=$session" 2>/dev/null; then
    tmux new-session -d -s "$session" -n frontend -c "$PWD"
    tmux send-keys -t "=$session:frontend" "$npm run dev" Enter
    tmux new-window -t "=$session:" -n backend -c "$PWD"
    tmux send-keys -t "=$session:backend" "VITE_DEV_MODE=true DEBUG_MODE=true $python manage.py runserver" Enter
    tmux split-window -t "=$session:backend" -v -l 8 -c "$PWD"
    tmux send-keys -t "=$session:backend" "$python manage.py runtasks" Enter
    tmux new-window -t "=$session:" -n database -c "$PWD"
    tmux send-keys -t "=$session:database" "$python manage.py dbshell" Enter
    tmux new-window -t "=$session:" -n garden-monitor -c "$PWD"
    tmux send-keys -t "=$session:garden-monitor" "$python manage.py monitor" Enter
fi
if [ -n "${TMUX:-}" ]; then
    exec tmux switch-client -t "=$session"
fi
exec tmux attach-session -t "=$session"
