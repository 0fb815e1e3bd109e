package dev.varve.registry.credentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A credential helper that keeps what it is given in files beside it. */
final class FakeHelper {
  private FakeHelper() {}

  /** Writes {@code docker-credential-NAME} to a directory. */
  static void install(Path directory, String name) throws IOException {
    script(
        directory,
        name,
        """
        cd "$(dirname "$0")" || exit 1
        case $1 in
          get)
            file=login-$(echo "$input" | tr '/:' '__')
            if [ -e "$file" ]; then cat "$file"; else
              echo 'credentials not found in native keychain'
              exit 1
            fi ;;
          store)
            server=$(echo "$input" | sed 's/.*"ServerURL":"\\([^"]*\\)".*/\\1/')
            echo "$input" > "login-$(echo "$server" | tr '/:' '__')" ;;
          erase)
            file=login-$(echo "$input" | tr '/:' '__')
            if [ -e "$file" ]; then rm "$file"; else
              echo 'credentials not found in native keychain'
              exit 1
            fi ;;
        esac
        """);
  }

  /** Writes {@code docker-credential-NAME} with other behavior. */
  static void script(Path directory, String name, String body) throws IOException {
    Path program = directory.resolve("docker-credential-" + name);
    Files.writeString(program, "#!/bin/sh\ninput=$(cat)\n" + body);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }
}
