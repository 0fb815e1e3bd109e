package dev.varve.core.tar;

/** Which entry of which archive is being read, so that every complaint can say so. */
final class Where {
  private final String archive;
  private long offset;
  private String entry = "";

  Where(String archive) {
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

  /** A name on one line of bounded length, whatever an archive calls its entries. */
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
