import { computed, nextTick, type Ref, type WritableComputedRef } from 'vue'

/** The fields of a form, changed in place: two changes of one moment, such as unit and rows of a pasted table, are both kept. */
export function fieldsOf<Form extends object>(form: Ref<Form>) {
  return <K extends keyof Form>(key: K): WritableComputedRef<Form[K]> =>
    computed({
      get: () => form.value[key],
      set: (value) => {
        form.value[key] = value
      },
    })
}

/** Once the errors of a form are shown, its first wrong field has the focus. */
export async function focusOnFirstError(form: HTMLFormElement | null): Promise<void> {
  await nextTick()
  form?.querySelector<HTMLInputElement>('[aria-invalid="true"]')?.focus()
}
