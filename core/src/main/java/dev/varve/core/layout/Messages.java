package dev.varve.core.layout;

import dev.varve.core.bytes.NameList;
import java.util.Collection;
import java.util.List;

/** Pieces of error messages. */
final class Messages {
  private static final int MOST = 20;

  private Messages() {}

  /** The names, a comma between them, and how many more there are where there are many. */
  static String list(Collection<String> names) {
    List<String> sorted = names.stream().distinct().sorted().toList();
    return NameList.first(MOST, sorted);
  }
}
