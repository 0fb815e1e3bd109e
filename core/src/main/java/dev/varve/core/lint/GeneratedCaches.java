package dev.varve.core.lint;

import dev.varve.core.packages.PackageFormat;
import dev.varve.core.update.FileChange;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds caches that changed since the previous image. */
final class GeneratedCaches implements Rule {
  @Override
  public String name() {
    return "caches";
  }

  @Override
  public Severity severity() {
    return Severity.WARNING;
  }

  @Override
  public String title() {
    return "Programs make caches anew where they are missing or old; each build makes them otherwise.";
  }

  @Override
  public List<String> cure(Set<PackageFormat> formats) {
    return List.of(
        "RUN rm -rf /var/cache/* /var/lib/dnf /var/lib/apt/lists/*",
        "# a cache that must be there: make it last, once, from files with fixed times");
  }

  @Override
  public void check(LintedImage image, Findings findings) throws IOException {
    for (LintedImage.Changed change : image.changes()) {
      String path = change.file().path();
      if (change.file().kind() == FileChange.Kind.CONTENT && !findings.has(path)) {
        for (Map.Entry<Pattern, String> cache : CACHES.entrySet()) {
          if (cache.getKey().matcher(path).matches()) {
            findings.add(path, image.compressed(path), "changed: " + cache.getValue());
            break;
          }
        }
      }
    }
  }

  /** Paths of caches, and what makes them. */
  private static final Map<Pattern, String> CACHES = new LinkedHashMap<>();

  private static void add(String path, String maker) {
    CACHES.put(Pattern.compile(path), maker);
  }

  static {
    add("etc/ld\\.so\\.cache|var/cache/ldconfig/.*", "ldconfig's list of libraries");
    add(".*/fontconfig/.*|var/cache/fontconfig/.*|.*\\.uuid", "fontconfig's cache, by fc-cache");
    add("usr/share/mime/.*", "types of files, by update-mime-database");
    add(".*/icon-theme\\.cache", "icons, by gtk-update-icon-cache");
    add(".*/giomodule\\.cache", "modules of GIO, by gio-querymodules");
    add(".*/gschemas\\.compiled", "settings, by glib-compile-schemas");
    add(".*/mimeinfo\\.cache", "desktop files, by update-desktop-database");
    add("var/cache/man/.*", "index of manual pages, by mandb");
    add(".*/hwdb\\.bin", "hardware database, by systemd-hwdb");
    add(".*/loaders\\.cache|.*/immodules\\.cache", "modules of GTK");
    add("usr/lib/modules/[^/]+/modules\\..*", "modules of the kernel, by depmod");
    add(
        "var/lib/systemd/catalog/database|usr/lib/systemd/catalog/database",
        "journalctl's catalog");
    add(
        "(?:var/cache|var/lib)/(?:dnf|libdnf5|yum|apt|PackageKit|pacman/sync)/.*",
        "a package manager's downloads");
    add(".*/(?:dpkg|debconf)/[^/]*-old", "what dpkg or debconf had before, which nothing reads");
    add("var/cache/.*", "a cache of the build");
  }
}
