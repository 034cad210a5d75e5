// Line drawings of the buttons, on a 24 × 24 grid.

const paths = {
  near: 'M12 21c-4.5-5-6.5-8.2-6.5-11a6.5 6.5 0 0 1 13 0c0 2.800-2 6-6.500 11ZM12 12.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Z',
  find: 'M10.500 17a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM15.500 15.500 20.500 20.500',
  kit: 'M12 3.500v11M7.500 10.500 12 15l4.500-4.500M4.500 15.500v4h15v-4',
  locate: 'M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM12 2.500v4M12 17.500v4M2.500 12h4M17.500 12h4',
  back: 'M14.500 5 7.500 12l7 7',
  share: 'M12 14.500V4M8 7.500 12 3.500l4 4M6 11H4.500v9.500h15V11H18',
  cross: 'M12 3v7M12 14v7M3 12h7M14 12h7',
} as const;

export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
