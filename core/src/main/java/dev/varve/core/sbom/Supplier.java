package dev.varve.core.sbom;

import dev.varve.core.packages.PackageFormat;
import dev.varve.core.packages.PackageInfo;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Who supplies a package.
 *
 * @param name the name of a person, a team or a vendor
 * @param email the mail address, or empty
 * @param organization whether the name is a vendor's
 */
record Supplier(String name, String email, boolean organization) {
  private static final Pattern WITH_EMAIL =
      Pattern.compile(
          "(.*?)\\s*<([\\w+%=-]+(?:\\.[\\w+%=-]+)*@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+)>");

  /** pacman's text for a packager who gave no name. */
  private static final String UNKNOWN = "Unknown Packager";

  static Optional<Supplier> of(PackageInfo info) {
    String text = Sbom.text(info.supplier());
    if (text.isEmpty() || text.equals("(none)") || text.equals(UNKNOWN)) {
      return Optional.empty();
    }
    boolean organization = info.format() == PackageFormat.RPM;
    Matcher matcher = WITH_EMAIL.matcher(text);
    if (!matcher.matches() || matcher.group(1).isEmpty()) {
      return Optional.of(new Supplier(text, "", organization));
    }
    return Optional.of(new Supplier(unquoted(matcher.group(1)), matcher.group(2), organization));
  }

  private static String unquoted(String name) {
    boolean quoted = name.length() > 2 && name.startsWith("\"") && name.endsWith("\"");
    return quoted ? name.substring(1, name.length() - 1) : name;
  }

  /** Returns the supplier in SPDX's form. */
  String spdx() {
    String kind = organization ? "Organization: " : "Person: ";
    return kind + name + (email.isEmpty() ? "" : " (" + email + ")");
  }
}
