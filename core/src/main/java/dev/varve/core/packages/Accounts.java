package dev.varve.core.packages;

import dev.varve.core.bytes.LosslessUtf8;
import dev.varve.core.filetree.Content;
import dev.varve.core.filetree.FileTree;
import dev.varve.core.filetree.Inode;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** An image's users or groups: their names and numbers. */
final class Accounts {
  /** More than any list of an image's users, to limit memory. */
  private static final int MOST = 1 << 20;

  private final Map<String, Long> ids = new HashMap<>();
  private final Map<Long, String> names = new HashMap<>();

  private Accounts() {
    add("root", 0);
  }

  /** Reads the users; those of {@code /usr/lib/passwd} are in images made by OSTree. */
  static Accounts users(FileTree tree) throws IOException {
    return of(tree, List.of("etc/passwd", "usr/etc/passwd", "usr/lib/passwd"));
  }

  /** Reads the groups. */
  static Accounts groups(FileTree tree) throws IOException {
    return of(tree, List.of("etc/group", "usr/etc/group", "usr/lib/group"));
  }

  private static Accounts of(FileTree tree, List<String> paths) throws IOException {
    Accounts accounts = new Accounts();
    for (String path : paths) {
      Optional<Content> list = tree.file(path).flatMap(Inode::content);
      if (list.isPresent() && list.get().size() <= MOST) {
        try (InputStream in = list.get().open()) {
          LosslessUtf8.decode(in.readAllBytes()).lines().forEach(accounts::addLine);
        }
      }
    }
    return accounts;
  }

  private void addLine(String line) {
    String[] fields = line.split(":", -1);
    if (fields.length > 2 && fields[2].matches("[0-9]{1,10}")) {
      add(fields[0], Long.parseLong(fields[2]));
    }
  }

  private void add(String name, long id) {
    ids.putIfAbsent(name, id);
    names.putIfAbsent(id, name);
  }

  /**
   * Returns the number of a name, or a number itself; empty if the image does not know the name.
   */
  OptionalLong id(String name) {
    if (name.matches("[0-9]{1,10}")) {
      return OptionalLong.of(Long.parseLong(name));
    }
    Long id = ids.get(name);
    return id == null ? OptionalLong.empty() : OptionalLong.of(id);
  }

  /** Returns the name of a number, or the number in digits. */
  String name(long id) {
    return names.getOrDefault(id, Long.toString(id));
  }
}
