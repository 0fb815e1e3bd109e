package dev.varve.core.packages.dpkg;

import dev.varve.core.packages.DatabaseLines;
import dev.varve.core.packages.FileDigest;
import dev.varve.core.packages.FileDigest.Algorithm;
import dev.varve.core.packages.PackageFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads the stanzas of a file in the syntax of Debian's control files: a field and its value on a
 * line, further lines of the value with a space in front, and an empty line after each stanza.
 *
 * @see <a href="https://manpages.debian.org/deb822.5">deb822(5)</a>
 */
final class StanzaReader {
  /** The most configuration files of a package. */
  static final int MAX_CONFFILES = 100_000;

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9+._-]*+");
  private static final Pattern VERSION = Pattern.compile("[!-~]++");
  private static final Pattern ARCHITECTURE = Pattern.compile("[A-Za-z0-9-]*+");
  private static final Pattern WHITE = Pattern.compile("[ \t]++");

  private final DatabaseLines lines;
  private final String path;

  /**
   * Reads lines.
   *
   * @param path the file's path in the image, for messages
   */
  StanzaReader(DatabaseLines lines, String path) {
    this.lines = lines;
    this.path = path;
  }

  /**
   * Returns the next stanza; empty at the end.
   *
   * @throws MalformedPackageException if the stanza can't be read; the next one can
   */
  Optional<Stanza> next() throws IOException {
    boolean any;
    do {
      any = lines.next();
    } while (any && lines.isEmpty());
    return any ? Optional.of(new Draft(lines.number()).read()) : Optional.empty();
  }

  /** A stanza under construction. The first problem found is the one that counts. */
  private final class Draft {
    private final long first;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, FileDigest> conffiles = new HashMap<>();
    private String problem = "";

    Draft(long first) {
      this.first = first;
    }

    Stanza read() throws IOException {
      String field = "";
      do {
        int start = lines.at(0);
        if (start == ' ' || start == '\t') {
          require(!field.isEmpty(), "expected a field at the start of the stanza, got a space");
          if (field.equals("conffiles")) {
            conffile(lines.from(1));
          }
        } else {
          int colon = lines.indexOf(':');
          require(colon > 0, "expected a field, a colon and a value");
          field = colon > 0 ? lines.between(0, colon).toLowerCase(Locale.ROOT) : field;
          switch (field) {
            case "package",
                "status",
                "version",
                "architecture",
                "source",
                "multi-arch",
                "maintainer" ->
                values.put(field, lines.from(colon + 1).strip());
            default -> {}
          }
        }
      } while (lines.next() && !lines.isEmpty());
      return finish();
    }

    private void require(boolean condition, String expected) {
      if (!condition && problem.isEmpty()) {
        problem = place(lines.number()) + ": " + expected;
      }
    }

    /**
     * Takes a configuration file: its path, its digest and flags. In the place of the digest may be
     * {@code newconffile}, for a file that isn't there, or is another package's.
     */
    private void conffile(String value) {
      require(
          conffiles.size() < MAX_CONFFILES,
          "expected at most " + MAX_CONFFILES + " configuration files");
      String[] words = WHITE.split(value.strip(), -1);
      if (problem.isEmpty() && words.length > 1 && words[0].startsWith("/")) {
        String file = words[0].substring(1);
        FileDigest.of(Algorithm.MD5, words[1])
            .filter(digest -> PackageFile.isPath(file))
            .ifPresent(digest -> conffiles.put(file, digest));
      }
    }

    private Stanza finish() throws MalformedPackageException {
      String name = values.getOrDefault("package", "");
      String version = values.getOrDefault("version", "");
      String arch = values.getOrDefault("architecture", "");
      String state = state();
      boolean named = NAME.matcher(name).matches();
      if (problem.isEmpty() && !named) {
        problem = place(first) + ": expected the name of a package, got " + shown(name);
      }
      boolean inPlace = new Stanza(first, "", state, "", "", "", false, "", Map.of()).isInPlace();
      if (problem.isEmpty() && inPlace && !VERSION.matcher(version).matches()) {
        problem = place(first) + ": expected a version, got " + shown(version);
      }
      if (problem.isEmpty() && !ARCHITECTURE.matcher(arch).matches()) {
        problem = place(first) + ": expected an architecture, got " + shown(arch);
      }
      if (!problem.isEmpty()) {
        throw new MalformedPackageException(named ? "package " + name + ", " + problem : problem);
      }
      return new Stanza(
          first,
          name,
          state,
          version.startsWith("0:") ? version.substring(2) : version,
          arch,
          source(name),
          values.getOrDefault("multi-arch", "").equals("same"),
          values.getOrDefault("maintainer", ""),
          conffiles);
    }

    /** Returns the last of the three words of the status: want, flag, state. */
    private String state() {
      String status = values.get("status");
      return status == null ? "installed" : status.substring(status.lastIndexOf(' ') + 1);
    }

    /** Returns the name of the source, whose version follows if it isn't the package's. */
    private String source(String name) {
      String source = values.getOrDefault("source", name);
      int space = source.indexOf(' ');
      source = space < 0 ? source : source.substring(0, space);
      return NAME.matcher(source).matches() ? source : "";
    }
  }

  private String place(long line) {
    return "line " + line + " of /" + path;
  }

  private static String shown(String value) {
    return value.isEmpty()
        ? "none"
        : "\"" + value.substring(0, Math.min(40, value.length())) + "\"";
  }
}
