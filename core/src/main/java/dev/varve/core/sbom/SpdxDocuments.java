package dev.varve.core.sbom;

import com.github.packageurl.PackageURL;
import dev.varve.core.image.Digest;
import dev.varve.core.packages.OsRelease;
import dev.varve.core.packages.PackageInfo;
import dev.varve.core.sbom.Sbom.Item;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.spdx.core.InvalidSPDXAnalysisException;
import org.spdx.jacksonstore.MultiFormatStore;
import org.spdx.library.ModelCopyManager;
import org.spdx.library.model.v2.ReferenceType;
import org.spdx.library.model.v2.SpdxDocument;
import org.spdx.library.model.v2.SpdxPackage;
import org.spdx.library.model.v2.SpdxPackage.SpdxPackageBuilder;
import org.spdx.library.model.v2.enumerations.ChecksumAlgorithm;
import org.spdx.library.model.v2.enumerations.Purpose;
import org.spdx.library.model.v2.enumerations.ReferenceCategory;
import org.spdx.library.model.v2.enumerations.RelationshipType;
import org.spdx.library.model.v2.license.AnyLicenseInfo;
import org.spdx.library.model.v2.license.SpdxNoAssertionLicense;
import org.spdx.library.model.v2.license.SpdxNoneLicense;
import org.spdx.storage.simple.InMemSpdxStore;

/** Writes bills of materials in SPDX's format. */
final class SpdxDocuments {
  private static final String PURL_TYPE = "http://spdx.org/rdf/references/purl";
  private static final int DIGITS_IN_ID = 12;

  private final Sbom sbom;
  private final String uri;
  private final InMemSpdxStore store = new InMemSpdxStore();
  private final MultiFormatStore serializer =
      new MultiFormatStore(
          store, MultiFormatStore.Format.JSON_PRETTY, MultiFormatStore.Verbose.COMPACT);
  private final ModelCopyManager copying = new ModelCopyManager();
  private final Licenses licenses = new Licenses();
  private final Map<String, AnyLicenseInfo> declared = new HashMap<>();
  private final Map<String, String> unlisted = new TreeMap<>();
  private final SpdxDocument document;

  private SpdxDocuments(Sbom sbom) throws InvalidSPDXAnalysisException {
    this.sbom = sbom;
    this.uri = "https://spdx.org/spdxdocs/" + word(sbom.name()) + "-" + sbom.uuid();
    this.document = new SpdxDocument(serializer, uri, copying, true);
  }

  static byte[] write(Sbom sbom) throws IOException {
    try {
      SpdxDocuments documents = new SpdxDocuments(sbom);
      documents.fill();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      documents.serializer.serialize(out, documents.document);
      out.write('\n');
      return out.toByteArray();
    } catch (InvalidSPDXAnalysisException e) {
      throw new IOException("writing the SBOM of " + sbom.name() + ": " + e.getMessage(), e);
    }
  }

  private void fill() throws InvalidSPDXAnalysisException {
    document.setSpecVersion("SPDX-2.3");
    document.setName(sbom.subject().repository().orElse(sbom.name()));
    document.setCreationInfo(
        document.createCreationInfo(
            List.of("Tool: varve-" + sbom.toolVersion()), sbom.created().toString()));
    document.setDataLicense(Licenses.parse("CC0-1.0", serializer, uri, copying));
    SpdxPackage image = image();
    document.getDocumentDescribes().add(image);
    if (sbom.os().isPresent()) {
      add(image, system(sbom.os().get()));
    }
    for (Item item : sbom.items()) {
      add(image, installed(item));
    }
    for (Map.Entry<String, String> each : unlisted.entrySet()) {
      document.addExtractedLicenseInfos(
          document.createExtractedLicense(each.getKey(), each.getValue()));
    }
  }

  private void add(SpdxPackage image, SpdxPackage part) throws InvalidSPDXAnalysisException {
    image.addRelationship(document.createRelationship(part, RelationshipType.CONTAINS, null));
  }

  private SpdxPackage image() throws InvalidSPDXAnalysisException {
    SpdxPackageBuilder builder =
        begin("SPDXRef-image", sbom.name(), none()).setPrimaryPurpose(Purpose.CONTAINER);
    sbom.subject().digest().ifPresent(digest -> builder.setVersionInfo(digest.toString()));
    SpdxPackage image = builder.build();
    if (sbom.subject().digest().isPresent()) {
      Digest digest = sbom.subject().digest().get();
      image.addChecksum(document.createChecksum(algorithm(digest), digest.hex()));
    }
    if (sbom.url().isPresent()) {
      addUrl(image, sbom.url().get());
    }
    return image;
  }

  private static ChecksumAlgorithm algorithm(Digest digest) {
    return digest.algorithm() == Digest.Algorithm.SHA512
        ? ChecksumAlgorithm.SHA512
        : ChecksumAlgorithm.SHA256;
  }

  private SpdxPackage system(OsRelease os) throws InvalidSPDXAnalysisException {
    SpdxPackageBuilder builder =
        begin("SPDXRef-os", Sbom.text(os.id()), none()).setPrimaryPurpose(Purpose.OPERATING_SYSTEM);
    if (!os.version().isEmpty()) {
      builder.setVersionInfo(Sbom.text(os.version()));
    }
    if (!os.title().isEmpty()) {
      builder.setDescription(Sbom.text(os.title()));
    }
    return builder.build();
  }

  private SpdxPackage installed(Item item) throws InvalidSPDXAnalysisException {
    PackageInfo info = item.info();
    String url = item.url().canonicalize();
    String digest = Digest.of(url.getBytes(StandardCharsets.UTF_8)).hex();
    String id =
        "SPDXRef-%s-%s-%s"
            .formatted(item.url().getType(), word(info.name()), digest.substring(0, DIGITS_IN_ID));
    SpdxPackageBuilder builder =
        begin(id, Sbom.text(info.name()), license(Sbom.text(info.license())))
            .setVersionInfo(Sbom.text(info.version()));
    Supplier.of(info).ifPresent(supplier -> builder.setSupplier(supplier.spdx()));
    if (!info.source().isEmpty()) {
      builder.setSourceInfo("built from " + Sbom.text(info.source()));
    }
    SpdxPackage installed = builder.build();
    addUrl(installed, item.url());
    return installed;
  }

  private SpdxPackageBuilder begin(String id, String name, AnyLicenseInfo license)
      throws InvalidSPDXAnalysisException {
    return document
        .createPackage(id, name, none(), Licenses.NO_ASSERTION, license)
        .setDownloadLocation(Licenses.NO_ASSERTION)
        .setFilesAnalyzed(false);
  }

  private void addUrl(SpdxPackage to, PackageURL url) throws InvalidSPDXAnalysisException {
    to.addExternalRef(
        document.createExternalRef(
            ReferenceCategory.PACKAGE_MANAGER,
            new ReferenceType(PURL_TYPE),
            url.canonicalize(),
            null));
  }

  private AnyLicenseInfo none() throws InvalidSPDXAnalysisException {
    return new SpdxNoAssertionLicense();
  }

  /** Returns a license as an expression, or as a reference to its text. */
  private AnyLicenseInfo license(String text) throws InvalidSPDXAnalysisException {
    if (text.isEmpty() || text.equals(Licenses.NO_ASSERTION)) {
      return none();
    }
    if (text.equals(Licenses.NONE)) {
      return new SpdxNoneLicense();
    }
    AnyLicenseInfo known = declared.get(text);
    if (known != null) {
      return known;
    }
    String expression = text;
    if (licenses.isExpression(text)) {
      Licenses.references(text).forEach(name -> unlisted.put(name, name));
    } else {
      expression = Licenses.reference(text);
      unlisted.put(expression, text);
    }
    AnyLicenseInfo license = Licenses.parse(expression, serializer, uri, copying);
    declared.put(text, license);
    return license;
  }

  /** Returns a text in the characters of identifiers. */
  private static String word(String text) {
    return text.replaceAll("[^A-Za-z0-9.-]", "-");
  }
}
