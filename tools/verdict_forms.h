/* SPDX-License-Identifier: GPL-2.0 */
/* verdict_forms.h - a verdict as text, as JSON and for Prometheus. */
#ifndef VERDICT_FORMS_H
#define VERDICT_FORMS_H

#include "verdict.h"

typedef void verdict_form(FILE *f, const struct verdict *v);

verdict_form verdict_text, verdict_json, verdict_prometheus;

#endif /* VERDICT_FORMS_H */
