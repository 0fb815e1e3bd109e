package dev.varve.core.layout;

import dev.varve.core.bytes.NameList;
import java.util.Collection;
import java.util.List;

/** Formats parts of error messages. */
final class Messages {
  private static final int MOST = 20;

  private Messages() {}

  /** Returns the names, sorted and separated by commas; long lists are shortened. */
  static String list(Collection<String> names) {
    List<String> sorted = names.stream().distinct().sorted().toList();
    return NameList.first(MOST, sorted);
  }
}
