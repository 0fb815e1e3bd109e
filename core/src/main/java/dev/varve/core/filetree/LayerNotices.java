package dev.varve.core.filetree;

import dev.varve.core.bytes.NameList;
import dev.varve.core.bytes.Progress;
import java.util.Collection;
import java.util.TreeMap;
import java.util.TreeSet;

/** Collects warnings about an image's layers and reports each once. */
final class LayerNotices {
  /** The number of paths that fit in a line. */
  private static final int SHOWN = 3;

  private static final String AUFS = LayerTar.WHITEOUT + LayerTar.WHITEOUT;

  private final TreeMap<String, Inode> unlisted = new TreeMap<>();
  private final TreeSet<String> reserved = new TreeSet<>();

  void add(UnpackedLayer.Oddities oddities) {
    oddities.unlisted().forEach(entry -> unlisted.put(entry.path(), entry.inode()));
    reserved.addAll(oddities.reserved());
  }

  /** Reports the warnings that apply to the resulting tree. */
  void report(String reference, FileTree tree, Progress progress) {
    unlisted.entrySet().removeIf(each -> tree.find(each.getKey()).orElse(null) != each.getValue());
    if (!unlisted.isEmpty()) {
      progress.notice(
          reference
              + ": layers have files in "
              + (unlisted.size() == 1 ? "1 directory" : unlisted.size() + " directories")
              + " without an entry for the directory: Varve keeps the mode, owner and attributes of"
              + " the layers below, podman uses 0755 and root: "
              + shown(unlisted.keySet()));
    }
    reserved.removeIf(path -> path.startsWith(AUFS) || path.contains("/" + AUFS));
    if (!reserved.isEmpty()) {
      progress.notice(
          reference
              + ": left out "
              + shown(reserved)
              + ": in a layer, names that begin with .wh. are whiteouts");
    }
  }

  private static String shown(Collection<String> paths) {
    return NameList.first(SHOWN, paths.stream().map(path -> "/" + path).toList());
  }
}
