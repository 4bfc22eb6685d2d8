// The program of the watchdog: a POSIX shell script, since /bin/sh starts in a millisecond, is
// everywhere, and works from any executable of ours, a test's too.

extension Watchdog {
  /// The name of the file that marks a directory as ours to remove; it holds the token under which
  /// the directory was announced.
  static let marker = ".soldout-run"

  /// Reads `hold TOKEN PATH`, `forget TOKEN PATH`, `mark WORD`, `unmark WORD`, `session NUMBER` and
  /// `unsession NUMBER` until its input ends, which is when the last writer is gone, however it went. Then
  /// whoever is in one of these sessions, or carries a marked word in its environment, is killed: a program
  /// of the user's, which works where it likes and was told by the end of its input. The environment alone
  /// would not do: who changes its title (setproctitle) overwrites it. For each directory still held:
  /// - everything whose working folder lies in it is ended. That is how a process is known as ours:
  ///    it is set before the program starts and cannot belong to a stranger who was given an old
  ///    process id. PostgreSQL gets SIGQUIT (immediate shutdown), which frees its shared memory;
  ///    others get SIGTERM; whoever is left after two seconds SIGKILL;
  ///  - the System V segment of a PostgreSQL that could not end by itself is removed (line 7 of
  ///    postmaster.pid names it: source, `miscadmin.h`, LOCK_FILE_LINE_SHMEM_KEY);
  ///  - the directory is removed, if the marker in it holds the token, or if it is empty but for a
  ///    marker that was still being written.
  static let script = #"""
    trap '' INT TERM HUP QUIT
    cd /
    newline='
    '
    held=
    marks=
    sessions=
    # What is left of a list without an entry, in `kept`.
    without() {
      kept=
      IFS=$newline
      set -f
      for entry in $1; do
        [ "$entry" = "$2" ] || kept=$kept$entry$newline
      done
      set +f
    }
    while IFS= read -r line; do
      case $line in
        'hold '*) held=$held${line#hold }$newline ;;
        'forget '*) without "$held" "${line#forget }"; held=$kept ;;
        'mark '*) marks=$marks${line#mark }$newline ;;
        'unmark '*) without "$marks" "${line#unmark }"; marks=$kept ;;
        'session '*) sessions=$sessions${line#session }$newline ;;
        'unsession '*) without "$sessions" "${line#unsession }"; sessions=$kept ;;
      esac
    done
    members() {
      for file in /proc/[0-9]*/stat; do
        stat=
        read -r stat 2>/dev/null < "$file" || continue
        # After the name, which may hold anything: state, parent, group, session.
        IFS=' '
        set -f
        set -- ${stat##*) }
        set +f
        IFS=$newline
        [ "$1" != Z ] || continue
        case $newline$sessions in
          *"$newline$4$newline"*) file=${file#/proc/}; echo "${file%/stat}" ;;
        esac
      done
    }
    IFS=$newline
    round=0
    while [ -n "$sessions" ] && [ $round -lt 100 ]; do
      pids=$(members)
      [ -n "$pids" ] || break
      for pid in $pids; do kill -KILL "$pid"; done 2>/dev/null
      round=$((round + 1))
      sleep 0.02
    done
    for mark in $marks; do
      round=0
      while [ $round -lt 100 ]; do
        files=$(grep -lF "\#(ProcessMark.variable)=$mark" /proc/[0-9]*/environ 2>/dev/null)
        [ -n "$files" ] || break
        for file in $files; do
          file=${file#/proc/}
          kill -KILL "${file%/environ}"
        done 2>/dev/null
        round=$((round + 1))
        sleep 0.02
      done
    done
    living() {
      ls -ln /proc/[0-9]*/cwd 2>/dev/null | while IFS= read -r link; do
        case $link in
          *" /proc/"*"/cwd -> $1" | *" /proc/"*"/cwd -> $1/"*)
            link=${link#* /proc/}
            echo "${link%%/*}" ;;
        esac
      done
    }
    end() {
      round=0
      while [ $round -lt 500 ]; do
        pids=$(living "$1")
        [ -n "$pids" ] || return 0
        for pid in $pids; do
          name=
          read -r name 2>/dev/null < "/proc/$pid/comm"
          if [ $round -ge 100 ]; then kill -KILL "$pid"
          elif [ $((round % 25)) -ne 0 ]; then :
          elif [ "$name" = postgres ]; then kill -QUIT "$pid"
          else kill -TERM "$pid"
          fi
          kill -CONT "$pid"
        done 2>/dev/null
        round=$((round + 1))
        sleep 0.02
      done
    }
    free_memory() {
      for lock in "$1"/*/data/postmaster.pid; do
        [ -f "$lock" ] || continue
        number=0
        while IFS=' ' read -r key identifier rest; do
          number=$((number + 1))
          [ $number -ne 7 ] || ipcrm -m "$identifier" 2>/dev/null
        done < "$lock"
      done
    }
    IFS=$newline
    set -f
    for entry in $held; do
      set +f
      token=${entry%% *}
      directory=${entry#* }
      end "$directory"
      found=
      [ ! -f "$directory/\#(marker)" ] || read -r found < "$directory/\#(marker)"
      if [ "$found" = "$token" ]; then
        free_memory "$directory"
        round=0
        while [ -d "$directory" ] && [ $round -lt 100 ]; do
          rm -rf -- "$directory" 2>/dev/null || sleep 0.05
          round=$((round + 1))
        done
      elif [ -z "$found" ]; then
        rm -f -- "$directory/\#(marker)."*.part
        rmdir -- "$directory" 2>/dev/null
      fi
    done
    """#
}
