"""QGIS at work without a screen: it does what a person would do in its window.

Each line of standard input is a job as JSON, each line of standard output its
answer. What QGIS cannot do is told under "error".
"""

import collections
import json
import sys

from qgis.core import (
    QgsApplication, QgsCoordinateReferenceSystem, QgsCoordinateTransform, QgsFeature, QgsFeatureRequest,
    QgsGeometry, QgsMapRendererParallelJob, QgsMapSettings, QgsProject, QgsRectangle, QgsVectorLayer,
    QgsVectorLayerUtils, QgsVectorTileLayer, Qgis, NULL)
from qgis.PyQt.QtCore import QDate, QDateTime, QSize, Qt
from qgis.PyQt.QtGui import QColor


def plain(value):
    """A value of an attribute as JSON has it."""
    if value == NULL:
        return None
    if isinstance(value, QDate):
        return value.toString(Qt.ISODate)
    if isinstance(value, QDateTime):
        return value.toUTC().toString(Qt.ISODateWithMs)
    return value


def shape(feature):
    g = feature.geometry()
    return None if g.isNull() else bytes(g.asWkb()).hex()


def opened(job):
    layer = QgsVectorLayer(job["uri"], "layer", job["provider"])
    if not layer.isValid():
        raise RuntimeError("not valid: " + layer.error().message() + " " + layer.dataProvider().error().message())
    return layer


def read(job):
    """Reads a layer: whole, or by expression, rectangle (west, south, east, north); in another crs."""
    layer = opened(job)
    request = QgsFeatureRequest()
    if job.get("expression"):
        request.setFilterExpression(job["expression"])
    if job.get("rectangle"):
        request.setFilterRect(QgsRectangle(*job["rectangle"])).setFlags(QgsFeatureRequest.ExactIntersect)
    if job.get("crs"):
        request.setDestinationCrs(QgsCoordinateReferenceSystem(job["crs"]), QgsProject.instance().transformContext())
    names = layer.fields().names()
    features = [{"attributes": {n: plain(v) for n, v in zip(names, f.attributes())}, "wkb": shape(f)} for f in layer.getFeatures(request)]
    return {"crs": layer.crs().authid(), "count": layer.featureCount(), "features": features}


# Layers stay open between edits, as they do in the window.
desk = {}


def edit(job):
    """Changes one feature, named by its code, in the edit buffer, and saves."""
    layer = desk.setdefault(job["uri"], None) or opened(job)
    desk[job["uri"]] = layer
    if not layer.startEditing():
        raise RuntimeError("the layer cannot be edited")
    attributes, wkt, at = job.get("attributes", {}), job.get("wkt"), None
    if job["op"] != "add":
        found = list(layer.getFeatures(QgsFeatureRequest().setFilterExpression("code = '%s'" % job["code"])))
        if len(found) != 1:
            raise RuntimeError("%d features %s" % (len(found), job["code"]))
        at = found[0].id()
    if job["op"] == "add":
        fields = layer.fields()
        values = {fields.indexOf(n): v for n, v in attributes.items()}
        done = layer.addFeature(QgsVectorLayerUtils.createFeature(layer, QgsGeometry.fromWkt(wkt) if wkt else QgsGeometry(), values))
    elif job["op"] == "delete":
        done = layer.deleteFeature(at)
    else:
        done = all(layer.changeAttributeValue(at, layer.fields().indexOf(n), v) for n, v in attributes.items())
        if wkt:
            done = done and layer.changeGeometry(at, QgsGeometry.fromWkt(wkt))
    if not (done and layer.commitChanges()):
        errors = layer.commitErrors()
        layer.rollBack()
        raise RuntimeError("; ".join(errors))
    return {}


def draw(job):
    """Draws vector tiles in the style of an address, and counts colours."""
    layer = QgsVectorTileLayer(job["uri"], "tiles")
    message, styled = layer.loadDefaultStyle()
    if not (layer.isValid() and styled):
        raise RuntimeError("not valid: " + message)
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:3857"))
    across = QgsCoordinateTransform(QgsCoordinateReferenceSystem("EPSG:4326"), settings.destinationCrs(), QgsProject.instance())
    settings.setExtent(across.transformBoundingBox(QgsRectangle(*job["rectangle"])))
    settings.setOutputSize(QSize(1000, 900))
    settings.setBackgroundColor(QColor("white"))
    drawing = QgsMapRendererParallelJob(settings)
    drawing.start()
    drawing.waitForFinished()
    image = drawing.renderedImage()
    if job.get("file"):
        image.save(job["file"])
    pixels = collections.Counter(image.pixelColor(x, y).name().upper() for x in range(image.width()) for y in range(image.height()))
    return {"colours": dict(pixels.most_common(40)), "said": [e.message for e in drawing.errors()]}


def main():
    QgsApplication.setPrefixPath("/usr", True)
    app = QgsApplication([], False)
    app.initQgis()
    print(json.dumps({"version": Qgis.QGIS_VERSION}), flush=True)
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = {"read": read, "edit": edit, "draw": draw}[job["do"]](job)
        except RuntimeError as e:
            answer = {"error": str(e)}
        print(json.dumps(answer), flush=True)
    desk.clear()
    app.exitQgis()


main()
