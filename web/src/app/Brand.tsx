/** The mark and the name. */
export function Brand() {
  return (
    <>
      <img src={`${import.meta.env.BASE_URL}icon.svg`} width={28} height={28} alt="" />
      <span>Steward</span>
    </>
  );
}
