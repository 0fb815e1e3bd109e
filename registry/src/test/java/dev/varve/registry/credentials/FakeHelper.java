package dev.varve.registry.credentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A credential helper that stores logins in files beside itself. */
final class FakeHelper {
  private FakeHelper() {}

  /** Writes the helper to the directory as {@code docker-credential-NAME}. */
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

  /**
   * Writes {@code docker-credential-NAME} with this body, which finds its input in {@code $input}.
   */
  static void script(Path directory, String name, String body) throws IOException {
    Path program = directory.resolve("docker-credential-" + name);
    Files.writeString(program, "#!/bin/sh\ninput=$(cat)\n" + body);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }
}
