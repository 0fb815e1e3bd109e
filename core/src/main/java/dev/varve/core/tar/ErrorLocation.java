package dev.varve.core.tar;

/** The archive and entry that are being read, for error messages. */
final class ErrorLocation {
  private final String archive;
  private long offset;
  private String entry = "";

  ErrorLocation(String archive) {
    this.archive = archive;
  }

  void headerAt(long newOffset) {
    offset = newOffset;
    entry = "";
  }

  void named(String newEntry) {
    entry = newEntry;
  }

  MalformedTarException malformed(String problem) {
    String subject = entry.isEmpty() ? "" : " (" + printable(entry) + ")";
    return new MalformedTarException(
        "reading " + archive + ": entry at offset " + offset + subject + ": " + problem, offset);
  }

  /** Returns a name as a single line of at most 200 characters, without control characters. */
  static String printable(String name) {
    StringBuilder line = new StringBuilder();
    int end = Math.min(name.length(), 200);
    for (int i = 0; i < end; i++) {
      char c = name.charAt(i);
      boolean odd = Character.isISOControl(c) || Character.isSurrogate(c);
      line.append(odd && !isPair(name, i) ? '?' : c);
    }
    return end < name.length() ? line.append('…').toString() : line.toString();
  }

  private static boolean isPair(String name, int i) {
    char c = name.charAt(i);
    if (Character.isHighSurrogate(c)) {
      return i + 1 < name.length() && Character.isLowSurrogate(name.charAt(i + 1));
    }
    return Character.isLowSurrogate(c) && i > 0 && Character.isHighSurrogate(name.charAt(i - 1));
  }
}
