package dev.varve.core.filetree;

import dev.varve.core.bytes.NameList;
import dev.varve.core.bytes.Progress;
import java.util.Collection;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a person should know of how an image's layers were read, each thing told once. */
final class LayerNotices {
  /** As many paths as fit in a line. */
  private static final int SHOWN = 3;

  private static final String AUFS = LayerTar.WHITEOUT + LayerTar.WHITEOUT;

  private final TreeMap<String, Inode> unlisted = new TreeMap<>();
  private final TreeSet<String> reserved = new TreeSet<>();

  void add(UnpackedLayer.Oddities oddities) {
    oddities.unlisted().forEach(entry -> unlisted.put(entry.path(), entry.inode()));
    reserved.addAll(oddities.reserved());
  }

  /** Tells what counts for the tree that came of it. */
  void tell(String reference, FileTree tree, Progress progress) {
    unlisted.entrySet().removeIf(each -> tree.find(each.getKey()).orElse(null) != each.getValue());
    if (!unlisted.isEmpty()) {
      progress.notice(
          reference
              + ": layers have files in "
              + (unlisted.size() == 1 ? "1 directory" : unlisted.size() + " directories")
              + " that they don't list, so the mode, owner and attributes of the layers below stay,"
              + " where podman shows 0755 and root: "
              + shown(unlisted.keySet()));
    }
    reserved.removeIf(path -> path.startsWith(AUFS) || path.contains("/" + AUFS));
    if (!reserved.isEmpty()) {
      progress.notice(
          reference
              + ": left out "
              + shown(reserved)
              + ": a layer takes names that begin with .wh. for whiteouts");
    }
  }

  private static String shown(Collection<String> paths) {
    return NameList.first(SHOWN, paths.stream().map(path -> "/" + path).toList());
  }
}
