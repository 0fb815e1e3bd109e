package dev.varve.registry.fake;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The quirks that are on, and the longest page of tags. */
final class Behavior {
  static final int SMALL_CHUNK = 4 << 20;
  static final int LARGE_CHUNK = 5 << 20;

  private final Set<Quirk> quirks = ConcurrentHashMap.newKeySet();
  private volatile int tagPage = Integer.MAX_VALUE;

  void add(Quirk quirk) {
    quirks.add(quirk);
  }

  void remove(Quirk quirk) {
    quirks.remove(quirk);
  }

  boolean has(Quirk quirk) {
    return quirks.contains(quirk);
  }

  void tagPage(int size) {
    tagPage = size;
  }

  int tagPage() {
    return tagPage;
  }
}
