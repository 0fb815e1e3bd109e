package dev.varve.core.sbom;

import dev.varve.core.image.Digest;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.spdx.core.InvalidSPDXAnalysisException;
import org.spdx.library.LicenseInfoFactory;
import org.spdx.library.ModelCopyManager;
import org.spdx.library.SpdxModelFactory;
import org.spdx.library.model.v2.SpdxConstantsCompatV2;
import org.spdx.library.model.v2.license.AnyLicenseInfo;
import org.spdx.library.model.v2.license.InvalidLicenseExpression;
import org.spdx.library.model.v2.license.InvalidLicenseStringException;
import org.spdx.library.model.v2.license.SpdxListedLicense;
import org.spdx.storage.IModelStore;
import org.spdx.storage.simple.InMemSpdxStore;

/**
 * The licenses that packages declare. Many are no SPDX expressions, such as {@code GPLv2+ and MIT}.
 */
final class Licenses {
  /** The text of a package that declares to have no license. */
  static final String NONE = "NONE";

  /** The text of a package that says nothing of its license. */
  static final String NO_ASSERTION = "NOASSERTION";

  /** An identifier of a license that is not on SPDX's list, and that has no later versions. */
  private static final Pattern REFERENCE =
      Pattern.compile("(?<![A-Za-z0-9.:-])LicenseRef-[A-Za-z0-9.-]++(?!\\+)");

  /** Stands for references, which are on no list, while an expression is checked. */
  private static final String LISTED_ONE = "MIT";

  private static final Pattern WORD = Pattern.compile("[A-Za-z0-9.+:-]+");

  private static final Pattern TOKEN = Pattern.compile("[()+]|[A-Za-z0-9.:-]+");

  /** The most tokens of an expression; the library's methods call themselves for each. */
  private static final int MOST_TOKENS = 500;

  /** The most parentheses of an expression that are open at once. */
  private static final int DEEPEST = 50;

  private static final Set<String> OPERATORS = Set.of("AND", "OR", "WITH");

  private static final String LISTED = SpdxConstantsCompatV2.LISTED_LICENSE_NAMESPACE_PREFIX;

  private static final String SCRATCH = "https://spdx.org/spdxdocs/licenses";

  private static final int DIGITS_IN_ID = 16;

  private final Map<String, Boolean> expressions = new HashMap<>();
  private final InMemSpdxStore scratch = new InMemSpdxStore();
  private final ModelCopyManager copying = new ModelCopyManager();

  Licenses() {
    SpdxModelFactory.init();
  }

  /**
   * Returns whether a text is an expression of listed licenses and references to others. One of
   * more tokens or deeper parentheses than people write is none.
   */
  boolean isExpression(String text) {
    return expressions.computeIfAbsent(text, this::parses);
  }

  private boolean parses(String text) {
    if (text.isEmpty() || !isOfModestSize(text)) {
      return false;
    }
    try {
      String listed = REFERENCE.matcher(text).replaceAll(LISTED_ONE);
      return WORD.matcher(listed).results().map(MatchResult::group).allMatch(Licenses::isKnown)
          && !(parse(listed, scratch, SCRATCH, copying) instanceof InvalidLicenseExpression);
    } catch (InvalidLicenseStringException e) {
      return false;
    }
  }

  private static boolean isOfModestSize(String text) {
    int open = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '(') {
        open++;
      } else if (text.charAt(i) == ')') {
        open--;
      }
      if (open > DEEPEST) {
        return false;
      }
    }
    return TOKEN.matcher(text).results().limit(MOST_TOKENS + 1L).count() <= MOST_TOKENS;
  }

  /** Returns the license of a word for itself and its later versions. */
  private static String withoutPlus(String word) {
    return word.endsWith("+") ? word.substring(0, word.length() - 1) : word;
  }

  private static boolean isKnown(String word) {
    return OPERATORS.contains(word)
        || LicenseInfoFactory.listedLicenseIdCaseSensitive(word).isPresent()
        || LicenseInfoFactory.listedLicenseIdCaseSensitive(withoutPlus(word)).isPresent()
        || LicenseInfoFactory.listedExceptionIdCaseSensitive(word).isPresent();
  }

  /**
   * Parses an expression into a store. The licenses that it names are put there first, by their
   * identifiers alone: the library would read the text of each, which the jar does not have.
   */
  static AnyLicenseInfo parse(
      String expression, IModelStore store, String document, ModelCopyManager copying)
      throws InvalidLicenseStringException {
    try {
      for (MatchResult word : WORD.matcher(expression).results().toList()) {
        for (String id : List.of(word.group(), withoutPlus(word.group()))) {
          Optional<String> listed = LicenseInfoFactory.listedLicenseIdCaseSensitive(id);
          if (listed.isPresent() && !store.exists(LISTED + listed.get())) {
            new SpdxListedLicense(store, LISTED, listed.get(), copying, true);
          }
        }
      }
      return LicenseInfoFactory.parseSPDXLicenseStringCompatV2(
          expression, store, document, copying);
    } catch (InvalidLicenseStringException e) {
      throw e;
    } catch (InvalidSPDXAnalysisException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the references in an expression. */
  static List<String> references(String expression) {
    return REFERENCE.matcher(expression).results().map(MatchResult::group).distinct().toList();
  }

  /** Returns the identifier for a license that is no expression; the same text has the same. */
  static String reference(String text) {
    Digest digest = Digest.of(text.getBytes(StandardCharsets.UTF_8));
    return "LicenseRef-" + digest.hex().substring(0, DIGITS_IN_ID);
  }
}
